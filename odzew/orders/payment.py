"""Payment and Subscription: what customers paid, and what they pay for again and again."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from odzew.customers.models import Customer
from odzew.orders.models import Order, Shop
from odzew.staff.models import Person


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """What is asked of subscriptions."""

    def visible_to(self, person: Person) -> Self:
        """Return those of a shop that a team of the person answers for."""
        return self if person.sees_everything else self.filter(_of_his(person))


class PaymentQuerySet(models.QuerySet["Payment"]):
    """What is asked of payments."""

    def visible_to(self, person: Person) -> Self:
        """Return those of a shop that a team of the person answers for."""
        return self if person.sees_everything else self.filter(_of_his(person))


def _of_his(person: Person) -> Q:
    return Q(shop__account__in_charge__team__in=person.team_numbers())


class SubscriptionState(models.TextChoices):
    """How it stands; the API knows its types by their names alone, so none is called as another."""

    PENDING = "pending", pgettext_lazy("subscription", "not begun")
    ACTIVE = "active", pgettext_lazy("subscription", "active")
    PAUSED = "paused", pgettext_lazy("subscription", "paused")
    CANCELLED = "cancelled", pgettext_lazy("subscription", "cancelled")
    ENDED = "ended", pgettext_lazy("subscription", "ended")


class Subscription(models.Model):
    """One subscription as its shop told it last."""

    State = SubscriptionState

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="subscriptions")
    key = models.CharField(max_length=100)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # when it renews, or ends
    cancelled_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="subscription_once")]
        indexes = [models.Index(fields=["customer", "-since"], name="subscription_of_customer")]

    def __str__(self) -> str:
        return self.plan


class PaymentState(models.TextChoices):
    """How it stands."""

    PENDING = "pending", pgettext_lazy("payment", "not settled yet")
    PAID = "paid", pgettext_lazy("payment", "paid")
    FAILED = "failed", pgettext_lazy("payment", "failed")


class Payment(models.Model):
    """One movement of money as its shop told it last; what went back is negative."""

    State = PaymentState

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=100)  # what its provider calls it
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="payments")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="payments")
    # What the shop calls them, which it may tell of later.
    order_key = models.CharField(max_length=100, blank=True)
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="payments"
    )
    subscription_key = models.CharField(max_length=100, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    told_at = models.DateTimeField()

    objects = PaymentQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="payment_once")]
        indexes = [
            models.Index(fields=["customer", "-at"], name="payment_of_customer"),
            models.Index(fields=["shop", "order_key"], name="payment_waits_order", condition=Q(order=None)),
            models.Index(
                fields=["shop", "subscription_key"],
                name="payment_waits_plan",
                condition=Q(subscription=None) & ~Q(subscription_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}".strip()

    @property
    def is_after_the_end(self) -> bool:
        """Return whether it was charged for a subscription after that was cancelled."""
        ended = self.subscription.cancelled_at if self.subscription else None
        return bool(ended and self.state == self.State.PAID and self.amount > 0 and self.at > ended)
