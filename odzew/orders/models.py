"""Shop, Order and Item."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from odzew.channels.models import Account
from odzew.conversations.models import Conversation
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.staff.models import Person


class Shop(models.Model):
    """One program that tells us of orders, and what it proves itself by."""

    class Kind(models.TextChoices):
        """The shape of what it sends."""

        GENERIC = "generic", _("Standard Webhooks, for your own program")
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        SHOPIFY = "shopify", "Shopify"

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    # The mailbox by which its customers are written to; its team owes what is bought.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="shops")
    secret = models.TextField()  # sealed (lib/sealing.py)
    # Working minutes of the team within which a paid thing has to have arrived.
    deliver_minutes = models.PositiveIntegerField(default=2 * 480)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    # What it sent last and we did not take, and why; not every shop sends again.
    refused_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=500, blank=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


class OrderQuerySet(models.QuerySet["Order"]):
    """What can be asked of orders."""

    def visible_to(self, person: Person) -> Self:
        """Return those whose shop a team of the person answers for, or whose conversation he may see."""
        if person.sees_everything:
            return self
        # Joins by key, and no list of all conversations of a team, which would be read for each order.
        teams = person.team_numbers()
        handed = list(Owed.objects.elsewhere(person).values_list("conversation", flat=True))
        ours = Q(shop__account__in_charge__team__in=teams) | Q(conversation__team__in=teams)
        return self.filter(ours | Q(conversation__in=handed))


class Order(models.Model):
    """One order as its shop told it last."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    key = models.CharField(max_length=100)  # what the shop calls it among programs
    number = models.CharField(max_length=100)  # what people call it
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.PROTECT, related_name="orders")
    placed_at = models.DateTimeField()
    told_at = models.DateTimeField()  # the moment its shop spoke of; what was said before it is old news
    paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    parcels = models.JSONField(default=dict, blank=True)  # {parcel: [line, …]}

    objects = OrderQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="order_once")]
        indexes = [models.Index(fields=["customer", "-placed_at"], name="order_of_customer")]

    def __str__(self) -> str:
        return self.number


class Item(models.Model):
    """One thing of an order, and the debt of its delivery."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items")
    line = models.CharField(max_length=100)
    title = models.CharField(max_length=500)
    count = models.PositiveIntegerField(default=1)
    obligation = models.BigIntegerField(null=True, unique=True)
    # The moment its shop spoke of when it told last whether it arrived.
    told_at = models.DateTimeField(null=True)
    # By what it is known that it did, also before it was owed: many pay at their own door. Else nothing.
    proof = models.CharField(max_length=500, blank=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["order", "line"], name="item_once")]

    def __str__(self) -> str:
        return self.title if self.count == 1 else f"{self.count} × {self.title}"
