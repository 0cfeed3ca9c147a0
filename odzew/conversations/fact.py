"""Fact: what we know of a customer, from where and since when; a newer one ends it and the old one stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from odzew.conversations import own_field
from odzew.conversations.own_field import OwnField
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused
from odzew.lib import taxid
from odzew.lib.plain import plain
from odzew.lib.ready import Ready
from odzew.staff.models import Person


class Fact(models.Model):
    """One thing we know, so that nobody asks for it again (F29)."""

    class Kind(models.TextChoices):
        """What it is about; `own` is called as the firm calls it."""

        TARIFF = "tariff", gettext_lazy("Tariff")
        ORDER = "order", gettext_lazy("Order")
        ADDRESS = "address", gettext_lazy("Address")
        TAX = "tax", gettext_lazy("Tax number")
        LANGUAGE = "language", gettext_lazy("Preferred language")
        CALLED = "called", gettext_lazy("Form of address")
        OWN = "own", gettext_lazy("Something else")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=500)
    type = models.CharField(max_length=10, blank=True)  # of a field of the firm's own (own_field.py)
    source = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

    @property
    def name(self) -> str:
        """Return what the fact is about."""
        return self.label or str(self.get_kind_display())

    @property
    def shown(self) -> str:
        """Return its value as people read it."""
        return own_field.shown(self.type, self.value)


def of(customer: Customer) -> "QuerySet[Fact]":
    """Return all that was ever known of a customer, what holds first."""
    one = kin.everybody(customer).values("pk")
    rows = Fact.objects.filter(customer__in=one).select_related("by", "ended_by")
    return rows.order_by(models.F("ended_at").desc(nulls_first=True), "pk")


def known(customer: Customer) -> "QuerySet[Fact]":
    """Return what is known of a customer now."""
    return of(customer).filter(ended_at=None)


def known_now(customer: Customer) -> list[Fact]:
    """Return what is known of a customer now, by a question that is ready."""
    return _KNOWN(kin.head(customer))


def ever_known(customer: Customer) -> list[Fact]:
    """Return what `of` does, by a question that is ready."""
    return _EVER_KNOWN(kin.head(customer))


_EVER_KNOWN = Ready(lambda first: of(Customer(pk=first)))
_KNOWN = Ready(lambda first: known(Customer(pk=first)))


@transaction.atomic
def learn(
    customer: Customer, by: Person, now: datetime, *, kind: str, value: str, label: str = "", source: str = ""
) -> Fact:
    """Keep a fact; of one customer each is known once, so it ends what was known before. Orders add up.

    What is called as a field of the firm's own has to be of its type.

    :raises Refused: when it says nothing, a tax number is wrong, or it is not of its type
    """
    kind, said, named = _checked(kind, plain(value.strip(), 500), plain(label.strip(), 60))
    field = own_field.called(named) if named else None
    if field is not None:
        said, named = field.value(said), field.name
    held = Customer.objects.select_for_update().get(pk=kin.head(customer))
    same = known(held).filter(kind=kind, label__iexact=named)
    again = same.filter(value=said).first()
    if again is not None:
        return again
    if kind != Fact.Kind.ORDER:
        Fact.objects.filter(pk__in=list(same.values_list("pk", flat=True))).update(ended_at=now, ended_by=by)
    return Fact.objects.create(
        customer=held,
        kind=kind,
        label=named,
        value=said,
        source=plain(source.strip(), 200),
        at=now,
        by=by,
        type=field.type if field else "",
    )


def end(customer: Customer, number: int, by: Person, now: datetime) -> None:
    """Note that a fact holds no more."""
    found = list(known(customer).filter(pk=number).values_list("pk", flat=True))
    Fact.objects.filter(Q(pk__in=found)).update(ended_at=now, ended_by=by)


@transaction.atomic
def fill_in(customer: Customer, said: Mapping[int, str], source: str, by: Person, now: datetime) -> None:
    """Keep what is said of the firm's own fields, by their numbers: all of it, or nothing; an empty one ends.

    :raises Refused: when one of them is not of its type
    """
    held = {one.label: one for one in known(customer) if one.kind == Fact.Kind.OWN}
    for field in own_field.offered():
        before, value = held.get(field.name), said.get(field.pk, "").strip()
        if value:
            learn(customer, by, now, kind=Fact.Kind.OWN, label=field.name, value=value, source=source)
        elif before is not None:
            end(customer, before.pk, by, now)


@transaction.atomic
def rename(field: OwnField, before: str) -> None:
    """Keep a field; what is known by the name it had `before` is known by its name from now on."""
    field.save()
    if before and before != field.name:
        Fact.objects.filter(kind=Fact.Kind.OWN, label=before).update(label=field.name)


def _checked(kind: str, value: str, label: str) -> tuple[str, str, str]:
    if kind not in Fact.Kind.values or not value:
        raise Refused(_("Say what is known, and what it is about."))
    if kind == Fact.Kind.OWN and not label:
        raise Refused(_("Say what it is called."))
    if kind == Fact.Kind.TAX and not taxid.kinds(value):
        raise Refused(_("This is no NIP, EDRPOU or INN: one of its digits is wrong or missing."))
    return kind, value, label if kind == Fact.Kind.OWN else ""
