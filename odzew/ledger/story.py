"""The journal of one conversation, for people to read."""

from dataclasses import dataclass

from odzew.domain import journal
from odzew.ledger.mapping import from_row
from odzew.ledger.models import Entry, Owed
from odzew.lib.ready import Ready


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal, with its number."""

    seq: int
    entry: journal.Entry


def of_conversation(conversation: int) -> list[Line]:
    """Return the lines about the debts of a conversation, in the order they were written."""
    return [Line(row.seq, from_row(row)) for row in _LINES(conversation)]


_LINES = Ready(
    lambda conversation: Entry.objects.filter(
        obligation__in=Owed.objects.filter(conversation=conversation).values("pk")
    ).order_by("seq")
)
