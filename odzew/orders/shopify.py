"""What Shopify sends: orders, shipments, payments (Admin REST API: "Webhook", "Order", "Transaction")."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from odzew.lib.payloads import Address, Count, Headers, Moment, Number, Part, Text, digest, prove, read
from odzew.orders.events import Arrived, Event, Failed, Paid, Placed, Thing

ORDERS = ("orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/edited")
SHIPMENTS = "fulfillment_events/create"
TRANSACTIONS = "order_transactions/create"
# An authorization moves no money yet, and a void none any more ("Transaction", kind).
MOVES = {"sale": 1, "capture": 1, "refund": -1}
STATES = {"success": "paid", "pending": "pending", "failure": "failed", "error": "failed"}
PAID = ("paid", "partially_refunded")


def proven(headers: Headers, body: bytes, secret: str, _now: datetime) -> str:
    """Return what a call that the shop has signed is known again by.

    Its own identifier lies outside the signature, and WooCommerce gives one to all calls of a second.

    :raises Forged: when its signature is not the shop's
    """
    prove(headers.get("x-shopify-hmac-sha256", ""), secret.encode(), body)
    return digest(headers.get("x-shopify-topic", "").encode(), body)


class _Buyer(Part):
    first_name: Text | None = None
    last_name: Text | None = None


class _Line(Part):
    id: Number
    name: Annotated[Text, Field(min_length=1)]
    quantity: Count


class _Packed(Part):
    id: Number


class _Parcel(Part):
    id: Number
    line_items: list[_Packed] = []


class _Order(Part):
    id: Number
    name: Text
    email: Address | Literal[""] | None = None
    customer: _Buyer | None = None
    customer_locale: Text | None = None
    financial_status: Text | None = None
    currency: Annotated[Text, Field(max_length=3)]
    total_price: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    created_at: Moment
    updated_at: Moment
    cancelled_at: Moment | None = None
    line_items: Annotated[list[_Line], Field(max_length=1_000)]
    fulfillments: list[_Parcel] = []


class _Shipment(Part):
    order_id: Number
    fulfillment_id: Number
    status: Text
    happened_at: Moment
    message: Text | None = None


class _Transaction(Part):
    id: Number
    order_id: Number
    kind: Text
    status: Text
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2, ge=0)]
    currency: Annotated[Text, Field(max_length=3)] = ""
    created_at: Moment
    processed_at: Moment | None = None


def events(headers: Headers, body: bytes) -> list[Event]:
    """Return what a call tells; of other topics, nothing.

    :raises Unreadable: when it is not what its topic says
    """
    topic = headers.get("x-shopify-topic", "")
    if topic == SHIPMENTS:
        return _shipped(read(_Shipment, body))
    if topic == TRANSACTIONS:
        return _moved(read(_Transaction, body))
    return [_told(read(_Order, body))] if topic in ORDERS else []


def _told(order: _Order) -> Placed:
    buyer = order.customer or _Buyer()
    is_paid = order.financial_status in PAID
    return Placed(
        key=str(order.id),
        number=order.name,
        at=order.updated_at,
        email=order.email or "",
        name=f"{buyer.first_name or ''} {buyer.last_name or ''}".strip(),
        language=(order.customer_locale or "")[:2],
        placed_at=order.created_at,
        paid_at=order.updated_at if is_paid else None,
        cancelled_at=order.cancelled_at,
        amount=order.total_price,
        currency=order.currency,
        things=tuple(Thing(str(one.id), one.name, one.quantity) for one in order.line_items),
        parcels={str(one.id): tuple(str(line.id) for line in one.line_items) for one in order.fulfillments},
    )


def _moved(one: _Transaction) -> list[Event]:
    if one.kind not in MOVES or one.status not in STATES:
        return []
    moment = one.processed_at or one.created_at
    return [
        Paid(
            key=str(one.id),
            at=moment,
            paid_at=moment,
            amount=one.amount * MOVES[one.kind],
            currency=one.currency,
            state=STATES[one.status],
            order=str(one.order_id),
        )
    ]


def _shipped(shipment: _Shipment) -> list[Event]:
    key, at, parcel = str(shipment.order_id), shipment.happened_at, str(shipment.fulfillment_id)
    said = f"{shipment.status}, {at:%Y-%m-%d %H:%M} UTC. {shipment.message or ''}".strip()
    if shipment.status == "delivered":
        return [Arrived(key=key, at=at, proof=said, parcel=parcel)]
    if shipment.status == "failure":
        return [Failed(key=key, at=at, reason=said, parcel=parcel)]
    return []
