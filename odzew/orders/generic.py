"""What a program of the firm's own sends: Standard Webhooks (specification 1.0.0) with our `data`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.lib.payloads import Address, Count, Headers, Key, Moment, Part, Text, read
from odzew.lib.standard_webhooks import proven
from odzew.orders.events import Arrived, Event, Failed, Paid, Placed, Subscribed, Thing

__all__ = ["OrderSaid", "PaymentSaid", "SubscriptionSaid", "events", "placed", "proven"]
Name = Annotated[Text, Field(max_length=300)]
Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
Currency = Annotated[Text, Field(pattern=r"^([A-Z]{3})?$")]
Language = Annotated[Text, Field(pattern=r"^([a-z]{2})?$")]


class _Item(Part):
    line: Key
    title: Annotated[Text, Field(min_length=1)]
    count: Count = 1


class OrderSaid(Part):
    """An order as a program says it stands."""

    key: Key
    number: Text = ""
    email: Address | Literal[""] = ""
    name: Name = ""
    language: Language = ""
    placed_at: Moment
    paid_at: Moment | None = None
    cancelled_at: Moment | None = None
    amount: Money | None = None
    currency: Currency = ""
    items: Annotated[list[_Item], Field(max_length=1_000)] = []


class PaymentSaid(Part):
    """A payment as a program says it stands; what went back is negative."""

    key: Key
    order: Annotated[Text, Field(max_length=100, description="What the shop calls the order it is for.")] = ""
    subscription: Annotated[Text, Field(max_length=100)] = ""
    email: Address | Literal[""] = ""
    name: Name = ""
    paid_at: Moment
    amount: Money
    currency: Currency = ""
    state: Literal["pending", "paid", "failed"] = "paid"


class SubscriptionSaid(Part):
    """A subscription as a program says it stands."""

    key: Key
    email: Address | Literal[""] = ""
    name: Name = ""
    language: Language = ""
    plan: Annotated[Text, Field(min_length=1)]
    state: Literal["pending", "active", "paused", "cancelled", "ended"]
    since: Moment
    until: Annotated[Moment | None, Field(description="When it renews, or ends.")] = None
    cancelled_at: Moment | None = None


class _Lines(Part):
    key: Key
    lines: Annotated[list[Key], Field(max_length=1_000)] = []


class _Proof(_Lines):
    proof: Annotated[Text, Field(min_length=1)]


class _Fault(_Lines):
    reason: Annotated[Text, Field(min_length=1)]


class _Told(Part):
    type: Literal["order"]
    timestamp: Moment
    data: OrderSaid


class _ThereNow(Part):
    type: Literal["delivered"]
    timestamp: Moment
    data: _Proof


class _NotThere(Part):
    type: Literal["failed"]
    timestamp: Moment
    data: _Fault


class _Money(Part):
    type: Literal["payment"]
    timestamp: Moment
    data: PaymentSaid


class _Plan(Part):
    type: Literal["subscription"]
    timestamp: Moment
    data: SubscriptionSaid


Calls = _Told | _ThereNow | _NotThere | _Money | _Plan
Call = Annotated[Calls, Field(discriminator="type")]


def events(_headers: Headers, body: bytes) -> list[Event]:
    """Return what a call tells.

    :raises Unreadable: when it is none of ours
    """
    call: Calls = read(Call, body)
    at, data = call.timestamp, call.data
    if isinstance(data, PaymentSaid):
        return [Paid(at=at, **dict(data))]
    if isinstance(data, SubscriptionSaid):
        return [Subscribed(at=at, **dict(data))]
    if isinstance(data, _Proof):
        return [Arrived(key=data.key, at=at, proof=data.proof, lines=tuple(data.lines))]
    if isinstance(data, _Fault):
        return [Failed(key=data.key, at=at, reason=data.reason, lines=tuple(data.lines))]
    return [placed(data, at)]


def placed(said: OrderSaid, at: datetime) -> Placed:
    """Return what is told of an order as it stood at a moment.

    :raises Unreadable: when it names a line twice
    """
    fields = {name: getattr(said, name) for name in OrderSaid.model_fields if name not in ("items", "number")}
    things = tuple(Thing(one.line, one.title, one.count) for one in said.items)
    return Placed(**fields, number=said.number or said.key, at=at, things=things)
