"""What WooCommerce sends: the order as its REST API shows it (WooCommerce docs, "Webhooks", "Orders")."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.lib.payloads import Address, Count, Headers, Moment, Part, Text, digest, prove, read
from odzew.orders.events import Event, Placed, Thing

# Not "failed": of a card that was declined, which may be tried again.
CANCELLED = ("cancelled", "refunded", "trash")
TOPICS = ("order.created", "order.updated", "order.restored")


def proven(headers: Headers, body: bytes, secret: str, _now: datetime) -> str:
    """Return what a call that the shop has signed is known again by.

    Its own identifier lies outside the signature, and WooCommerce gives one to all calls of a second.

    :raises Forged: when its signature is not the shop's
    """
    prove(headers.get("x-wc-webhook-signature", ""), secret.encode(), body)
    return digest(headers.get("x-wc-webhook-topic", "").encode(), body)


class _Billing(Part):
    email: Address | Literal[""] = ""
    first_name: Text = ""
    last_name: Text = ""


class _Line(Part):
    id: int
    name: Annotated[Text, Field(min_length=1)]
    quantity: Count


class _Order(Part):
    id: int
    number: Text
    status: Text
    currency: Annotated[Text, Field(max_length=3)]
    total: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    date_created_gmt: Moment
    date_modified_gmt: Moment
    date_paid_gmt: Moment | None = None
    billing: _Billing
    line_items: Annotated[list[_Line], Field(max_length=1_000)]


def events(headers: Headers, body: bytes) -> list[Event]:
    """Return what a call tells; of topics without an order, nothing.

    That the shop calls an order "completed" is no proof that anything arrived.

    :raises Unreadable: when it is no order
    """
    if headers.get("x-wc-webhook-topic", "") not in TOPICS:
        return []
    order: _Order = read(_Order, body)
    gone = order.status in CANCELLED
    return [
        Placed(
            key=str(order.id),
            number=order.number,
            at=order.date_modified_gmt,
            email=order.billing.email,
            name=f"{order.billing.first_name} {order.billing.last_name}".strip(),
            placed_at=order.date_created_gmt,
            paid_at=order.date_paid_gmt,
            cancelled_at=order.date_modified_gmt if gone else None,
            amount=order.total,
            currency=order.currency,
            things=tuple(Thing(str(one.id), one.name, one.quantity) for one in order.line_items),
        )
    ]
