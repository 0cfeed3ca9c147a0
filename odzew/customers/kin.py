"""Which customers are one: the one that is left, and those that stand for it (docs/adr/0027)."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from odzew.customers.models import Customer, Identity
from odzew.lib.among import Among
from odzew.lib.ready import Ready


def head(customer: Customer) -> int:
    """Return the number of the customer that is left."""
    return customer.stands_for_id or customer.pk


def numbers(customer: Customer) -> list[int]:
    """Return the numbers of all that are one with a customer, the one that is left first."""
    first = head(customer)
    return [first, *_OTHERS(first)]


_OTHERS = Ready(
    lambda first: Customer.objects.filter(stands_for=first).order_by("pk").values_list("pk", flat=True)
)


def everybody(customer: Customer) -> "QuerySet[Customer]":
    """Return all that are one with a customer, as a part of another question."""
    first = head(customer)
    return Customer.objects.filter(Q(pk=first) | Q(stands_for=first))


def identities(customer: Customer) -> "QuerySet[Identity]":
    """Return every identity of a customer, in one query."""
    return Identity.objects.filter(customer__in=everybody(customer).values("pk")).order_by("pk")


def known_by(customer: Customer) -> list[Identity]:
    """Return every identity of a customer, by a question that is ready."""
    return _IDENTITIES(head(customer))


_IDENTITIES = Ready(lambda first: identities(Customer(pk=first)))


def heads(customers: Collection[int]) -> dict[int, int]:
    """Return for each customer the number of the one that is left."""
    return {number: first or number for number, first in _BY_NUMBER(customers)}


_BY_NUMBER = Ready(
    lambda customers: Customer.objects.filter(pk__in=Among(customers)).values_list("pk", "stands_for")
)


def families(customers: Collection[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return `heads` of customers, and `all_of` those heads: one question, while none stands for another."""
    rows = _NEAR(customers, customers)
    found = {number: first or number for number, first in rows}
    one = {customer: found[customer] for customer in customers if customer in found}
    if any(number != first for number, first in one.items()):
        return one, all_of(one.values())
    return one, found


_NEAR = Ready(
    lambda customers, firsts: Customer.objects.filter(
        Q(pk__in=Among(customers)) | Q(stands_for__in=Among(firsts))
    ).values_list("pk", "stands_for")
)


def all_of(firsts: Iterable[int]) -> dict[int, int]:
    """Return, for each customer that is one with any of these, which of them it is."""
    known = {first: first for first in firsts}
    return known | {number: first for number, first in _STAND_FOR(list(known)) if first}


_STAND_FOR = Ready(
    lambda firsts: Customer.objects.filter(stands_for__in=Among(firsts)).values_list("pk", "stands_for")
)
