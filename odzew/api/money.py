"""Payments and subscriptions, read and told by other programs."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from odzew.api.customers import find_customer
from odzew.api.keys import Bearer, asking, writing
from odzew.api.log import asked
from odzew.api.once import KeyHeader, once
from odzew.api.orders import find_shop
from odzew.api.pages import NUL_LESS, Cursor, Limit, by_moment
from odzew.lib.clock import now
from odzew.lib.payloads import Moment
from odzew.orders import generic, money
from odzew.orders.events import Paid, Subscribed
from odzew.orders.payment import Payment, PaymentState, Subscription, SubscriptionState
from odzew.staff.token import Scope

router = Router(tags=["orders"])
READ, WRITE = Bearer(Scope.ORDERS_READ), Bearer(Scope.ORDERS_WRITE)


class PaymentShape(Schema):
    """One movement of money as its shop told it last; what went back is negative."""

    id: int
    shop: str
    key: str
    customer: int | None = Field(description="None: of an order nobody has told of yet.")
    order: int | None
    subscription: int | None
    amount: Decimal
    currency: str
    state: PaymentState
    at: datetime
    after_end: bool = Field(description="Charged for a subscription after that was cancelled.")


class PaymentPage(Schema):
    """Payments."""

    items: list[PaymentShape]
    next: str | None


class SubscriptionShape(Schema):
    """One subscription as its shop told it last."""

    id: int
    shop: str
    key: str
    customer: int
    plan: str
    state: SubscriptionState
    since: datetime
    until: datetime | None = Field(description="When it renews, or ends.")
    cancelled_at: datetime | None


class SubscriptionPage(Schema):
    """Subscriptions."""

    items: list[SubscriptionShape]
    next: str | None


class PaymentIn(generic.PaymentSaid):
    """A payment as it stands."""

    shop: str = Field(max_length=60, pattern=NUL_LESS, description="The word of its shop.")
    at: Moment = Field(description="Of when this is: what is older than what was told last changes nothing.")


class SubscriptionIn(generic.SubscriptionSaid):
    """A subscription as it stands."""

    shop: str = Field(max_length=60, pattern=NUL_LESS, description="The word of its shop.")
    at: Moment = Field(description="Of when this is: what is older than what was told last changes nothing.")


@router.get("/customers/{number}/payments", auth=READ, response=PaymentPage, operation_id="list_payments")
def payments(request: HttpRequest, number: int, limit: Limit = 50, cursor: Cursor = "") -> PaymentPage:
    """List the payments of a customer, the oldest first."""
    _customer, numbers = find_customer(request, number)
    rows = Payment.objects.visible_to(asking(request)).filter(customer__in=numbers)
    found, more = by_moment(rows.select_related("shop", "subscription"), "at", cursor, limit)
    return PaymentPage(items=[_payment(one) for one in found], next=more)


@router.get(
    "/customers/{number}/subscriptions",
    auth=READ,
    response=SubscriptionPage,
    operation_id="list_subscriptions",
)
def subscriptions(
    request: HttpRequest, number: int, limit: Limit = 50, cursor: Cursor = ""
) -> SubscriptionPage:
    """List the subscriptions of a customer, the oldest first."""
    _customer, numbers = find_customer(request, number)
    rows = Subscription.objects.visible_to(asking(request)).filter(customer__in=numbers)
    found, more = by_moment(rows.select_related("shop"), "since", cursor, limit)
    return SubscriptionPage(items=[_subscription(one) for one in found], next=more)


@router.post("/payments", auth=WRITE, response={201: PaymentShape}, operation_id="tell_payment")
def tell_payment(request: HttpRequest, given: PaymentIn, key: KeyHeader) -> Status[Any]:
    """Tell of a payment as it stands; an order it is enough for is owed from then on."""
    shop = find_shop(writing(request), given.shop)
    event = Paid(**{name: getattr(given, name) for name in generic.PaymentSaid.model_fields}, at=given.at)
    act = asked(request, "api-payment", "shop", shop.pk)
    return once(request, key, act, lambda: _payment(money.paid(shop, event, now())))


@router.post(
    "/subscriptions", auth=WRITE, response={201: SubscriptionShape}, operation_id="tell_subscription"
)
def tell_subscription(request: HttpRequest, given: SubscriptionIn, key: KeyHeader) -> Status[Any]:
    """Tell of a subscription as it stands."""
    shop = find_shop(writing(request), given.shop)
    said = {name: getattr(given, name) for name in generic.SubscriptionSaid.model_fields}
    event = Subscribed(**said, at=given.at)
    act = asked(request, "api-subscription", "shop", shop.pk)
    return once(request, key, act, lambda: _subscription(money.subscribed(shop, event, now())))


def _payment(row: Payment) -> PaymentShape:
    return PaymentShape(
        id=row.pk,
        shop=row.shop.slug,
        key=row.key,
        customer=row.customer_id,
        order=row.order_id,
        subscription=row.subscription_id,
        amount=row.amount,
        currency=row.currency,
        state=PaymentState(row.state),
        at=row.at,
        after_end=row.is_after_the_end,
    )


def _subscription(row: Subscription) -> SubscriptionShape:
    told = {name: getattr(row, name) for name in ("key", "plan", "since", "until", "cancelled_at")}
    state = SubscriptionState(row.state)
    return SubscriptionShape(id=row.pk, shop=row.shop.slug, customer=row.customer_id, state=state, **told)
