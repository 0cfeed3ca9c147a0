"""Everything that happened with one customer as one list over all channels, page by page, the newest first.

Each kind of row is asked for the few that could stand on the page, by its own index; only those that do
are read. So a page costs the same on the first day and after ten thousand events.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from odzew.conversations.call import Call
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation, Message
from odzew.conversations.rule import Ruled
from odzew.ledger import journal_lines
from odzew.ledger.models import Owed
from odzew.orders.models import Order
from odzew.orders.payment import Payment, Subscription
from odzew.staff.models import Person

KINDS = 16  # what a place holds besides the number of its row
Key = tuple[datetime, int, int]  # moment, kind, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; what does not belong to it is empty."""

    at: datetime
    type: str
    who: str
    text: str = ""
    state: str = ""
    conversation: int | None = None
    message: int | None = None
    obligation: int | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind: those a person may see, the field with their moment, and what they say."""

    rows: "QuerySet[Any]"
    field: str
    told: Callable[[Sequence[int]], Mapping[int, Event]]


def page(
    person: Person, customers: Sequence[int], after: tuple[datetime, int] | None, limit: int
) -> tuple[list[Event], tuple[datetime, int] | None]:
    """Return a page of events of customers that are one, and the place behind which the next begins."""
    sources = _sources(person, customers)
    keys = heapq.merge(*(_keys(n, one, after, limit + 1) for n, one in enumerate(sources)), reverse=True)
    found = [key for key, _n in zip(keys, range(limit + 1), strict=False)]
    last = found[limit - 1] if len(found) > limit else None
    return _told(sources, found[:limit]), (last[0], last[2] * KINDS + last[1]) if last else None


def _keys(kind: int, source: Source, after: tuple[datetime, int] | None, at_most: int) -> list[Key]:
    field, rows = source.field, source.rows
    if after is not None:
        rows = rows.filter(_behind(kind, field, *after))
    found = rows.order_by(f"-{field}", "-pk").values_list(field, "pk")[:at_most]
    return [(at, kind, number) for at, number in found]


def _behind(kind: int, field: str, at: datetime, place: int) -> Q:
    number, last = divmod(place, KINDS)
    older = Q(**{f"{field}__lt": at})
    if kind > last:
        return older
    at_once = Q(**{field: at}) if kind < last else Q(**{field: at, "pk__lt": number})
    return older | at_once


def _told(sources: Sequence[Source], keys: Iterable[Key]) -> list[Event]:
    keys = list(keys)
    numbers: dict[int, list[int]] = defaultdict(list)
    for _at, kind, number in keys:
        numbers[kind].append(number)
    told = {kind: sources[kind].told(some) for kind, some in numbers.items()}
    return [told[kind][number] for _at, kind, number in keys if number in told[kind]]


def _sources(person: Person, customers: Sequence[int]) -> list[Source]:
    """Return the kinds of rows; their places stand in cursors, so that a new kind comes last."""
    # Asked within each question: thousands of numbers handed over would cost more than the answers.
    talks = Conversation.objects.visible_to(person).filter(customer__in=customers).order_by().values("pk")
    debts = Owed.objects.visible_to(person).filter(customer__in=customers).order_by().values("pk")
    orders = Order.objects.visible_to(person).filter(customer__in=customers)
    plans = Subscription.objects.visible_to(person).filter(customer__in=customers)
    return [
        Source(orders, "placed_at", _orders("placed")),
        Source(orders.filter(paid_at__isnull=False), "paid_at", _orders("paid")),
        Source(orders.filter(cancelled_at__isnull=False), "cancelled_at", _orders("cancelled")),
        Source(Message.objects.filter(conversation__in=talks), "at", _messages),
        Source(journal_lines.of_debts(debts), "at", _lines),
        Source(Happening.objects.filter(conversation__in=talks), "at", _acts),
        Source(Ruled.objects.filter(conversation__in=talks), "at", _ruled),
        Source(Call.objects.filter(conversation__in=talks), "begun_at", _calls),
        Source(Payment.objects.visible_to(person).filter(customer__in=customers), "at", _payments),
        Source(plans, "since", _plans("since", "begun")),
        Source(plans.filter(cancelled_at__isnull=False), "cancelled_at", _plans("cancelled_at", "cancelled")),
    ]


def _orders(what: str) -> Callable[[Sequence[int]], Mapping[int, Event]]:
    def told(numbers: Sequence[int]) -> Mapping[int, Event]:
        rows = Order.objects.select_related("shop").in_bulk(numbers)
        return {number: _order(row, what) for number, row in rows.items()}

    return told


def _order(row: Order, what: str) -> Event:
    return Event(
        at=getattr(row, f"{what}_at"),
        type=f"order.{what}",
        who=row.shop.name,
        text=row.number,
        conversation=row.conversation_id,
        order=row.pk,
    )


def _messages(numbers: Sequence[int]) -> Mapping[int, Event]:
    rows = Message.objects.select_related("author").in_bulk(numbers)
    return {number: _message(row) for number, row in rows.items()}


def _message(row: Message) -> Event:
    secret = row.purpose in (Message.Purpose.CODE, Message.Purpose.RECEIPT)  # whoever reads it could act
    return Event(
        at=row.at,
        type=f"message.{row.direction}",
        who=row.author.email if row.author else row.from_name or row.from_address,
        text="" if secret else row.own_words,
        state=row.state,
        conversation=row.conversation_id,
        message=row.pk,
    )


def _lines(numbers: Sequence[int]) -> Mapping[int, Event]:
    return {
        line.seq: Event(
            at=line.at,
            type=f"obligation.{line.what}",
            who=line.by,
            text=line.text,
            state=line.kind,
            conversation=line.conversation,
            obligation=line.debt,
        )
        for line in journal_lines.numbered(numbers)
    }


def _acts(numbers: Sequence[int]) -> Mapping[int, Event]:
    rows = Happening.objects.select_related("by").in_bulk(numbers)
    return {
        number: Event(
            at=row.at,
            type=f"conversation.{row.what}",
            who=row.by.email,
            text=row.text,
            conversation=row.conversation_id,
        )
        for number, row in rows.items()
    }


def _ruled(numbers: Sequence[int]) -> Mapping[int, Event]:
    return {
        number: Event(
            at=row.at,
            type="conversation.ruled",
            who=row.name,
            text=", ".join(f"{what}: {name}" for what, name in row.did),
            conversation=row.conversation_id,
            message=row.message,
        )
        for number, row in Ruled.objects.in_bulk(numbers).items()
    }


def _calls(numbers: Sequence[int]) -> Mapping[int, Event]:
    rows = Call.objects.select_related("agent").in_bulk(numbers)
    return {
        number: Event(
            at=row.begun_at,
            type=f"call.{row.direction}",
            who=row.agent.email if row.agent else row.number,
            text=row.purpose,
            state=row.state,
            conversation=row.conversation_id,
            obligation=row.obligation,
        )
        for number, row in rows.items()
    }


def _payments(numbers: Sequence[int]) -> Mapping[int, Event]:
    rows = Payment.objects.select_related("shop", "subscription").in_bulk(numbers)
    return {
        number: Event(
            at=row.at,
            type="payment.charged_after_end" if row.is_after_the_end else f"payment.{row.state}",
            who=row.shop.name,
            text=str(row),
            order=row.order_id,
        )
        for number, row in rows.items()
    }


def _plans(field: str, what: str) -> Callable[[Sequence[int]], Mapping[int, Event]]:
    def told(numbers: Sequence[int]) -> Mapping[int, Event]:
        rows = Subscription.objects.select_related("shop").in_bulk(numbers)
        return {number: _plan(row, getattr(row, field), what) for number, row in rows.items()}

    return told


def _plan(row: Subscription, at: datetime, what: str) -> Event:
    return Event(at=at, type=f"subscription.{what}", who=row.shop.name, text=row.plan, state=row.state)
