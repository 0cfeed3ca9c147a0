"""What is told: events with numbers and moments, and no word of a customer.

Whoever calls for more asks the API with a token, which sees what its person may see. So a webhook whose
address is another's by now tells nobody what a customer wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.ledger.models import Owed
from odzew.ledger.story import Line
from odzew.webhooks.models import Stirred

OF_LINES: dict[type[journal.Entry], str] = {
    journal.Opened: "obligation.opened",
    journal.Joined: "obligation.chased",
    journal.Paid: "obligation.paid",
    journal.Waived: "obligation.waived",
    journal.Reopened: "obligation.reopened",
    journal.HandedOver: "obligation.handed_over",
    journal.Escalated: "obligation.late",
    journal.Moved: "obligation.moved",
    journal.Postponed: "obligation.postponed",
}
OF_ROWS = (
    "message.received",
    "message.sent",
    "message.failed",
    "conversation.closed",
    "conversation.reopened",
    "customer.merged",
    "customer.split",
)
TEST = "webhook.test"
TYPES = (*OF_LINES.values(), *OF_ROWS)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell; what has the same lane is told in its order."""

    type: str
    at: datetime
    lane: str
    data: Mapping[str, Any]


def of_lines(lines: Sequence[Line]) -> list[Event]:
    """Return the events of lines of the journal; what is said of a debt is as it stands by now."""
    rows = Owed.objects.select_related("owner", "team").in_bulk({line.entry.obligation for line in lines})
    return [_of_line(line, rows[line.entry.obligation]) for line in lines]


def _of_line(line: Line, debt: Owed) -> Event:
    entry = line.entry
    lane = f"conversation {debt.conversation}" if debt.conversation else f"obligation {debt.pk}"
    data = {
        "seq": line.seq,
        "obligation": debt.pk,
        "kind": debt.kind,
        "state": debt.state,
        "customer": debt.customer_id,
        "conversation": debt.conversation,
        "owner": debt.owner.email,
        "team": debt.team.name,
        "opened_at": debt.opened_at,
        "due_at": debt.due_at,
        "message": entry.message,
        "by": entry.by,
    }
    return Event(OF_LINES[type(entry)], entry.at, lane, data)


def of_rows(rows: Sequence[Stirred], now: datetime) -> dict[int, Event]:
    """Return by row the events of what happened besides the journal; what is gone since is left out."""
    found: dict[int, Event] = {}
    for kind, make in (("message", _messages), ("conversation", _talks), ("customer", _merges)):
        some = [row for row in rows if row.what.startswith(f"{kind}.")]
        told = make({row.number for row in some})
        for row in some:
            if said := told.get(row.number):
                lane, data = said
                found[row.pk] = Event(row.what, row.at or now, lane, data)
    return found


def _messages(numbers: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    rows = Message.objects.select_related("conversation", "author").in_bulk(set(numbers))
    return {number: (_lane(row.conversation), _message(row)) for number, row in rows.items()}


def _message(row: Message) -> dict[str, Any]:
    return {
        "message": row.pk,
        "conversation": row.conversation_id,
        "customer": row.conversation.customer_id,
        "direction": row.direction,
        "purpose": row.purpose,
        "automatic": row.automatic,
        "state": row.state,
        "author": row.author.email if row.author else "",
    }


def _talks(numbers: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    rows = Conversation.objects.select_related("team").in_bulk(set(numbers))
    return {
        number: (
            _lane(row),
            {
                "conversation": row.pk,
                "customer": row.customer_id,
                "team": row.team.name,
                "status": row.status,
                "closing": row.closing,
            },
        )
        for number, row in rows.items()
    }


def _merges(numbers: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    rows = Merge.objects.in_bulk(set(numbers))
    return {
        number: (f"customer {row.kept_id}", {"customer": row.kept_id, "other": row.other_id})
        for number, row in rows.items()
    }


def _lane(talk: Conversation) -> str:
    return f"conversation {talk.pk}"
