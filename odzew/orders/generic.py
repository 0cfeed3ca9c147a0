"""What a program of the firm's own sends: Standard Webhooks (specification 1.0.0) with our `data`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.lib.payloads import Address, Count, Headers, Key, Moment, Part, Text, read
from odzew.lib.standard_webhooks import proven
from odzew.orders.events import Arrived, Event, Failed, Placed, Thing

__all__ = ["OrderSaid", "events", "placed", "proven"]


class _Item(Part):
    line: Key
    title: Annotated[Text, Field(min_length=1)]
    count: Count = 1


class OrderSaid(Part):
    """An order as a program says it stands."""

    key: Key
    number: Text = ""
    email: Address | Literal[""] = ""
    name: Annotated[Text, Field(max_length=300)] = ""
    language: Annotated[Text, Field(pattern=r"^([a-z]{2})?$")] = ""
    placed_at: Moment
    paid_at: Moment | None = None
    cancelled_at: Moment | None = None
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)] | None = None
    currency: Annotated[Text, Field(pattern=r"^([A-Z]{3})?$")] = ""
    items: Annotated[list[_Item], Field(max_length=1_000)] = []


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


Call = Annotated[_Told | _ThereNow | _NotThere, Field(discriminator="type")]


def events(_headers: Headers, body: bytes) -> list[Event]:
    """Return what a call tells.

    :raises Unreadable: when it is none of ours
    """
    call: _Told | _ThereNow | _NotThere = read(Call, body)
    at, data = call.timestamp, call.data
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
