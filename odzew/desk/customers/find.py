"""Which customers a person may see, and how one is found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext

from odzew.conversations.acquainted import visible
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.lib.among import Among
from odzew.staff.models import Person

__all__ = ["PAGE", "named", "one", "visible"]
PAGE = 50
AT_ONCE = 200  # of whom it is asked whether a person may see them
LAST = 2**62


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
    found: dict[int, None] = {}
    for rows in _holding(q):
        seen = visible(person).filter(pk__in=Among(number for _, number in rows))
        numbers = set(seen.values_list("pk", flat=True))
        found |= dict.fromkeys(first for first, number in rows if number in numbers)
        if len(found) >= PAGE:
            break
    left = Customer.objects.filter(pk__in=list(found)[:PAGE]).order_by("-pk")
    return list(left.values_list("pk", "created_at"))


def _holding(q: str) -> Iterator[list[tuple[int, int]]]:
    """Return who holds some letters, with who is left of those he is one with; the newest first, ever more.

    Whom a person may see is asked of these only: it takes longer to find out than the letters do.
    """
    below, size = LAST, AT_ONCE
    while rows := list(_with(q, below)[:size]):
        yield rows
        if len(rows) < size:
            return
        below, size = rows[-1][0], size * 4


def _with(q: str, below: int) -> "QuerySet[Any, tuple[int, int]]":
    first = Coalesce("stands_for", "pk")
    named = Customer.objects.annotate(first=first).filter(name__icontains=q, first__lte=below)
    other = Coalesce("customer__stands_for", "customer")
    known = Identity.objects.annotate(first=other).filter(value__icontains=q, first__lte=below)
    both = named.values_list("first", "pk").union(known.values_list("first", "customer"))
    return both.order_by("-first", "-pk")
