"""Which customers a person may see, and how one is found."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext

from odzew.conversations.acquainted import visible
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.staff.models import Person

__all__ = ["PAGE", "named", "one", "visible"]
PAGE = 50


def one(person: Person, number: int) -> tuple[Customer, list[int]]:
    """Return the customer that is left of those that are one with this number, and the numbers of all.

    :raises Http404: when there is none, or the person has to do with none of them
    """
    named = Customer.objects.select_related("stands_for").filter(pk=number).first()
    numbers = kin.numbers(named) if named else []
    if named is None or not visible(person).filter(pk__in=numbers).exists():
        raise Http404(gettext("There is no such customer, or another team serves him."))
    return named.stands_for or named, numbers


def named(person: Person, q: str) -> Sequence[tuple[int, datetime]]:
    """Return who has some letters in his name or address, and since when we know him, the newest first."""
    addresses = Identity.objects.filter(customer=OuterRef("pk"), value__icontains=q)
    rows = visible(person).filter(Q(name__icontains=q) | Exists(addresses))
    firsts = rows.annotate(first=Coalesce("stands_for", "pk")).values_list("first")
    left = Customer.objects.filter(pk__in=firsts).order_by("-pk")
    return list(left.values_list("pk", "created_at")[:PAGE])
