"""What WooCommerce sends: orders and subscriptions as its REST API shows them.

WooCommerce REST API: "Webhooks", "Orders" (with "Refunds properties": their sums are negative), and
WooCommerce Subscriptions REST API: "Webhooks", "Subscription properties". Which subscription a renewal is
of, neither says of an order.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.lib.payloads import Address, Count, Headers, Moment, Number, Part, Text, digest, prove, read
from odzew.orders.events import Event, Paid, Placed, Subscribed, Thing

# Not "failed": of a card that was declined, which may be tried again.
CANCELLED = ("cancelled", "refunded", "trash")
TOPICS = ("order.created", "order.updated", "order.restored")
PLANS = ("subscription.created", "subscription.updated", "subscription.switched")
STATES = {
    "pending": "pending",
    "active": "active",
    "on-hold": "paused",
    "pending-cancel": "cancelled",  # to the end of what is paid for
    "cancelled": "cancelled",
    "switched": "ended",
    "expired": "ended",
}


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
    id: Number
    name: Annotated[Text, Field(min_length=1)]
    quantity: Count


class _Refund(Part):
    id: Number
    total: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]


class _Order(Part):
    id: Number
    number: Text
    status: Text
    currency: Annotated[Text, Field(max_length=3)]
    total: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    date_created_gmt: Moment
    date_modified_gmt: Moment
    date_paid_gmt: Moment | None = None
    billing: _Billing
    line_items: Annotated[list[_Line], Field(max_length=1_000)]
    refunds: Annotated[list[_Refund], Field(max_length=1_000)] = []


# Of a moment that has not come, the shop says "", or nothing.
Perhaps = Moment | Literal[""] | None


class _Subscription(Part):
    id: Number
    status: Text
    date_modified_gmt: Moment
    start_date_gmt: Moment
    next_payment_date_gmt: Perhaps = None
    cancelled_date_gmt: Perhaps = None
    end_date_gmt: Perhaps = None
    billing: _Billing
    line_items: Annotated[list[_Line], Field(min_length=1, max_length=1_000)]


def events(headers: Headers, body: bytes) -> list[Event]:
    """Return what a call tells; of topics without an order, nothing.

    That the shop calls an order "completed" is no proof that anything arrived.

    :raises Unreadable: when it is no order
    """
    topic = headers.get("x-wc-webhook-topic", "")
    if topic in PLANS:
        return [_plan(read(_Subscription, body))]
    if topic not in TOPICS:
        return []
    order: _Order = read(_Order, body)
    gone = order.status in CANCELLED
    return [
        *_money(order),
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
        ),
    ]


def _money(order: _Order) -> list[Event]:
    key, at, money = str(order.id), order.date_modified_gmt, {"currency": order.currency}
    back = [
        Paid(key=f"refund-{one.id}", order=key, at=at, paid_at=at, amount=one.total, **money)
        for one in order.refunds
    ]
    if order.date_paid_gmt is None:
        return [*back]
    paid = Paid(
        key=f"order-{key}", order=key, at=at, paid_at=order.date_paid_gmt, amount=order.total, **money
    )
    return [paid, *back]


def _plan(one: _Subscription) -> Subscribed:
    state = STATES.get(one.status, "paused")
    cancelled = one.cancelled_date_gmt or None
    return Subscribed(
        key=str(one.id),
        at=one.date_modified_gmt,
        plan=", ".join(line.name for line in one.line_items)[:500],
        state=state,
        since=one.start_date_gmt,
        until=one.end_date_gmt or one.next_payment_date_gmt or None,
        cancelled_at=cancelled or (one.date_modified_gmt if state == "cancelled" else None),
        email=one.billing.email,
        name=f"{one.billing.first_name} {one.billing.last_name}".strip(),
    )
