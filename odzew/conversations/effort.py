"""What a matter has cost the customer so far: measured, never asked (F31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Length

from odzew.conversations.call import Call
from odzew.conversations.models import Conversation, Message
from odzew.domain import worktime
from odzew.domain.entries import Entry, HandedOver, Joined, Opened, Paid, Reopened, Waived
from odzew.language import thanks
from odzew.ledger.story import Line
from odzew.lib.ready import Ready
from odzew.staff.due import counted_hours

PEOPLE_WRITE = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL, Message.Purpose.ACKNOWLEDGEMENT)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Effort:
    """`waits` are the spans in which he waited for something, apart from each other, the oldest first."""

    contacts: int  # how often he had to write or call; to thank he had not
    people: int  # how many of ours he dealt with
    repeats: int  # how often he had to ask again
    transfers: int  # how often he was handed to somebody else
    setbacks: int  # how often what had been settled did not hold
    waits: tuple[Span, ...]


def measure(entries: Iterable[Entry], contacts: int, people: int, now: datetime) -> Effort:
    """Return the account of one matter from the lines of its debts, in the order they were written."""
    lines = list(entries)
    # A hand-over because somebody is away, and back, is no doing of the customer's; he still gets to know
    # another person, so it counts.
    counts = {kind: sum(isinstance(line, kind) for line in lines) for kind in (Joined, HandedOver, Reopened)}
    return Effort(contacts, people, counts[Joined], counts[HandedOver], counts[Reopened], _waits(lines, now))


def _waits(lines: Iterable[Entry], now: datetime) -> tuple[Span, ...]:
    begun: dict[int, datetime] = {}
    spans: list[Span] = []
    for line in lines:
        match line:
            case Opened():
                begun[line.obligation] = line.since
            case Reopened():
                begun[line.obligation] = line.at
            case Paid() | Waived():
                spans.append((begun.pop(line.obligation, line.at), line.at))
    return _joined([*spans, *((since, now) for since in begun.values())])


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        elif since < until:
            found.append((since, until))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Account:
    """The effort, how much of the team's working time the customer waited, and how long on the line."""

    effort: Effort
    waited: timedelta
    on_hold: int  # seconds of music, on calls we made too (F11)


def of(talk: Conversation, lines: Iterable[Line], now: datetime) -> Account:
    """Return the account of a conversation from the lines of its journal, in three queries at most."""
    wrote, people = next(iter(_TOLD(talk.pk)), (0, 0))
    called = _CALLED(talk.pk)
    thanked = _thanks(talk) if wrote > 1 else frozenset()
    said = [
        line.entry for line in lines if not (isinstance(line.entry, Joined) and line.entry.message in thanked)
    ]
    contacts = wrote - len(thanked) + sum(direction == Call.Direction.INBOUND for direction, _ in called)
    measured = measure(said, contacts, people, now)
    hours = counted_hours(talk.team, now)
    waited = sum((worktime.between(hours, *span) for span in measured.waits), timedelta())
    return Account(measured, waited, sum(held or 0 for _, held in called))


_TOLD = Ready(
    lambda talk: (
        Message.objects.filter(conversation=talk)
        .order_by()
        .values("conversation")
        .annotate(
            contacts=Count("pk", filter=Q(direction=Message.Direction.INBOUND, automatic="")),
            people=Count("author", distinct=True, filter=Q(purpose__in=PEOPLE_WRITE)),
        )
        .values_list("contacts", "people")
    )
)
_CALLED = Ready(
    lambda talk: Call.objects.filter(
        conversation__in=Conversation.objects.filter(Q(pk=talk) | Q(stands_for=talk)).values("pk")
    ).values_list("direction", "held_seconds")
)


def _thanks(talk: Conversation) -> frozenset[int]:
    """Return which messages of the customer say thank you and nothing else."""
    return frozenset(number for number, words in _SHORT(talk.pk) if thanks.only(words))


_SHORT = Ready(
    lambda talk: (
        Message.objects.annotate(length=Length("own_words"))
        .filter(
            conversation=talk,
            direction=Message.Direction.INBOUND,
            automatic="",
            length__lte=thanks.LONGEST,
            attachments__isnull=True,
        )
        .values_list("pk", "own_words")
    )
)
