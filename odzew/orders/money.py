"""Payments and subscriptions as their shop tells them: kept once, and what is paid for makes an order owed.

They come in any order, late and twice. A payment of an order nobody has told of yet waits for it, and one of
a subscription as well; whoever tells the other part later finds it (`joined`, `_of_subscription`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from odzew.customers.known import customer_of
from odzew.customers.models import Customer
from odzew.lib.plain import plain
from odzew.orders import owing
from odzew.orders.events import Paid, Subscribed
from odzew.orders.models import Order, Shop
from odzew.orders.payment import Payment, Subscription


@transaction.atomic
def paid(shop: Shop, event: Paid, now: datetime) -> Payment:
    """Keep a payment as it stands, and owe what its order holds once that is paid for.

    Told again, it is kept once; what is older than what was told last changes nothing.
    """
    hold(shop)
    order = Order.objects.select_for_update(of=("self",)).filter(shop=shop, key=event.order).first()
    plan = Subscription.objects.filter(shop=shop, key=event.subscription).first()
    known = Payment.objects.filter(shop=shop, key=event.key).first()
    row = known or Payment(shop=shop, key=event.key, at=event.paid_at)
    if known and event.at < known.told_at:
        return known
    if known and known.state != event.state:
        row.at = event.paid_at  # an unchanged one keeps its moment: not every shop tells that of a refund
    row.told_at, row.state, row.amount, row.currency = event.at, event.state, event.amount, event.currency
    row.order_key, row.order = event.order or row.order_key, order or row.order
    row.subscription_key = event.subscription or row.subscription_key
    row.subscription = plan or row.subscription
    row.customer = _payer(event, row, now)
    row.save()
    if row.order is not None:
        _settle(shop, row.order, now)
    return row


@transaction.atomic
def subscribed(shop: Shop, event: Subscribed, now: datetime) -> Subscription:
    """Keep a subscription as it stands; what is older than what was told last changes nothing."""
    hold(shop)
    known = Subscription.objects.filter(shop=shop, key=event.key).first()
    if known and event.at < known.told_at:
        return known
    row = known or Subscription(shop=shop, key=event.key, customer=_subscriber(shop, event, now))
    for field in ("plan", "state", "since", "until"):
        setattr(row, field, getattr(event, field))
    # A cancelling does not become a later one by being told again; taken back, it is gone.
    ended = event.state in (Subscription.State.CANCELLED, Subscription.State.ENDED)
    row.cancelled_at = (row.cancelled_at or event.cancelled_at) if ended else event.cancelled_at
    row.told_at = event.at
    row.save()
    waiting = Payment.objects.filter(shop=shop, subscription_key=event.key, subscription=None)
    waiting.filter(customer=None).update(customer=row.customer)
    waiting.update(subscription=row)
    return row


def hold(shop: Shop) -> None:
    """Lock a shop until the transaction ends: an order and its payment, told at once, find each other."""
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


def joined(order: Order) -> datetime | None:
    """Let the payments that waited for an order belong to it; return when it was paid, if they are enough."""
    waiting = Payment.objects.filter(shop=order.shop, order_key=order.key, order=None)
    if not (waiting | Payment.objects.filter(order=order)).exists():
        return None  # as of most: a shop tells far more orders than payments apart from them
    waiting.filter(customer=None).update(customer=order.customer)
    waiting.update(order=order)
    return paid_at(order)


def paid_at(order: Order) -> datetime | None:
    """Return the moment of the newest payment of an order, if together they are enough for it."""
    money = Payment.objects.filter(order=order, state=Payment.State.PAID).order_by("-at")
    if order.amount is not None and order.currency:
        money = money.filter(Q(currency=order.currency) | Q(currency=""))
    total, newest = money.aggregate(sum=Sum("amount"))["sum"], money.filter(amount__gt=0).first()
    if newest is None or not total or total <= 0 or total < (order.amount or 0):
        return None
    return newest.at


def _settle(shop: Shop, order: Order, now: datetime) -> None:
    if order.paid_at is not None or order.cancelled_at is not None:
        return
    order.paid_at = paid_at(order)
    if order.paid_at is not None:
        owing.owe(shop, order, now)
        order.save()


def _payer(event: Paid, row: Payment, now: datetime) -> Customer | None:
    for known in (row.order, row.subscription):
        if known is not None:
            return known.customer
    address = plain(event.email.strip().lower(), 320)
    return customer_of(address, now, name=plain(event.name, 300)) if address else row.customer


def _subscriber(shop: Shop, event: Subscribed, now: datetime) -> Customer:
    name = plain(event.name, 300)
    if address := plain(event.email.strip().lower(), 320):
        return customer_of(address, now, name=name, language=event.language)
    this = plain(f"subscription-{shop.pk}-{event.key}", 320)
    return customer_of(this, now, kind="none", name=name, language=event.language)
