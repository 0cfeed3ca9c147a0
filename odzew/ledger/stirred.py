"""What is new in the books of a conversation since a line of the journal, for statements written out."""

from odzew.ledger.models import Head

# Somebody wrote again, something more is owed, it is owed again, by somebody else, or here instead.
STIRRED = """EXISTS (SELECT 1 FROM odzew_owed x JOIN odzew_entry e ON e.obligation = x.id
  WHERE x.conversation = {conversation} AND e.seq > {seq}
    AND e.kind IN ('opened', 'joined', 'reopened', 'handed_over', 'moved'))"""


def last_line() -> int:
    """Return the number of the last line of the journal."""
    return Head.objects.values_list("seq", flat=True).get(pk=1)
