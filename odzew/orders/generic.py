"""What a program of the firm's own sends: Standard Webhooks (specification 1.0.0) with our `data`."""

import base64
import binascii
import secrets
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.orders.events import Arrived, Event, Failed, Placed, Thing
from odzew.orders.shapes import Address, Count, Forged, Headers, Key, Moment, Part, Text, digest, prove, read

SKEW = 300  # seconds a call may be old or early, as the specification advises
SECRET = "whsec_"  # noqa: S105  the beginning of every secret


def proven(headers: Headers, body: bytes, secret: str, now: datetime) -> str:
    """Return the identifier of a call that the shop has signed.

    :raises Forged: when no signature of it is the shop's, or it is not of this moment
    """
    call, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not call or not moment.isdecimal() or abs(now.timestamp() - int(moment)) > SKEW:
        raise Forged("webhook-id and webhook-timestamp (seconds, of now) have to be sent.")
    said = f"{call}.{moment}.".encode() + body
    signatures = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split()]
    for signature in signatures[:10]:  # a sender that changes its secret signs with both
        try:
            prove(signature, _key(secret), said)
        except Forged:
            continue
        return f"{call[:100]}:{digest(body)}"  # the same name for other words is no second copy
    raise Forged("The signature is not that of this shop's secret.")


def new_secret() -> str:
    """Return a secret of 256 bits in the form of Standard Webhooks, which suits the other shops too."""
    return SECRET + base64.b64encode(secrets.token_bytes(32)).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error:
        raise Forged("The secret kept of this shop is no Standard Webhooks secret; make a new one.") from None


class _Item(Part):
    line: Key
    title: Annotated[Text, Field(min_length=1)]
    count: Count = 1


class _Order(Part):
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
    data: _Order


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
    said = data.model_dump(exclude={"items", "number"})
    things = tuple(Thing(one.line, one.title, one.count) for one in data.items)
    return [Placed(**said, number=data.number or data.key, at=at, things=things)]
