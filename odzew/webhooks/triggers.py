"""What happens to messages, conversations and customers, written down by the database itself.

Eight places close or open a conversation, and more will: none of them can forget it. Each row knows
behind which line of the journal it stands, so that both are told in one order. While no webhook is
active nothing is written.
"""

from odzew.lib import triggers
from odzew.lib.triggers import Trigger

WRITE = """
INSERT INTO odzew_stirred (what, number, "at", seq)
SELECT '{what}', {number}, {at}, (SELECT seq FROM odzew_head WHERE id = 1)
WHERE {when} AND EXISTS (SELECT 1 FROM odzew_webhook WHERE active)
"""
BECAME = "OLD.{field} <> NEW.{field} AND NEW.{field} IN ({values})"


def _write(what: str, when: str, *, number: str = "NEW.id", at: str = "NULL") -> str:
    return WRITE.format(what=what, number=number, at=at, when=when).strip()


def _became(field: str, *values: str) -> str:
    return BECAME.format(field=field, values=", ".join(f"'{value}'" for value in values))


_MESSAGE, _TALK, _MERGE = "odzew_message", "odzew_conversation", "odzew_merge"
_CAME = _write("message.received", "NEW.direction = 'inbound'", at="NEW.at")
_OURS = _write("message.sent", "NEW.direction = 'outbound' AND NEW.state = 'sent'", at="NEW.at")
_SENT = _write("message.sent", _became("state", "sent"), at="NEW.settled_at")
_FAILED = _write("message.failed", _became("state", "failed", "bounced"), at="NEW.settled_at")
_CLOSED = _write("conversation.closed", _became("status", "closed"), at="NEW.closed_at")
_OPEN = _write("conversation.reopened", _became("status", "open"))
_MERGED = _write("customer.merged", "NEW.split_at IS NULL", at="NEW.at")
_SPLIT = _write("customer.split", "OLD.split_at IS NULL AND NEW.split_at IS NOT NULL", at="NEW.split_at")
_TRIGGERS = (
    Trigger("told_message_came", "INSERT", _MESSAGE, _CAME),
    Trigger("told_message_ours", "INSERT", _MESSAGE, _OURS),
    Trigger("told_message_sent", "UPDATE OF state", _MESSAGE, _SENT),
    Trigger("told_message_failed", "UPDATE OF state", _MESSAGE, _FAILED),
    Trigger("told_talk_closed", "UPDATE OF status", _TALK, _CLOSED),
    Trigger("told_talk_open", "UPDATE OF status", _TALK, _OPEN),
    Trigger("told_customer_merged", "INSERT", _MERGE, _MERGED),
    Trigger("told_customer_split", "UPDATE OF split_at", _MERGE, _SPLIT),
)


def arm() -> None:
    """Set up the triggers that are missing."""
    triggers.arm(_TRIGGERS)
