"""One customer: who it is, what we owe, and one history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from odzew.conversations import fact, merging, own_field
from odzew.conversations.models import Conversation
from odzew.conversations.own_field import OwnField
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.desk import debt_rows
from odzew.desk.conversation.shown import bought, identity_shown
from odzew.desk.customers import find
from odzew.desk.person import asking
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders import shown as orders
from odzew.staff.models import Person

HISTORY = 100


@login_required
def customer(request: HttpRequest, number: int) -> HttpResponse:
    """Show one customer: what we owe, and every conversation."""
    person = asking(request)
    found, numbers = find.one(person, number)
    if found.pk != number:
        return redirect("customer", found.pk)
    return render(request, "desk/customers/customer.html", shown(person, found, numbers))


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of the firm's own, and what is known of it; with `options`, when it is one of a list."""

    field: OwnField
    value: str
    options: tuple[tuple[str, str], ...]


def own_fields(values: Mapping[int, str]) -> list[Filled]:
    """Return the firm's own fields with these values, by their numbers."""
    return [
        Filled(field, values.get(field.pk, ""), _options(field, values.get(field.pk, "")))
        for field in own_field.offered()
    ]


def _options(field: OwnField, value: str) -> tuple[tuple[str, str], ...]:
    if field.type == OwnField.Type.YES_NO:
        return tuple((one, own_field.shown(field.type, one)) for one in (own_field.YES, own_field.NO))
    # What was on the list once stays until somebody says something else.
    listed = dict.fromkeys([*field.choices, *([value] if value else [])])
    return tuple((one, one) for one in listed) if field.type == OwnField.Type.CHOICE else ()


def _own(facts: list[fact.Fact]) -> dict[int, str]:
    held = {one.label: one for one in facts if one.kind == fact.Fact.Kind.OWN and not one.ended_at}
    found = {field.pk: held[field.name] for field in own_field.offered() if field.name in held}
    return {number: own_field.written(one.type, one.value) for number, one in found.items()}


def shown(person: Person, customer: Customer, numbers: list[int]) -> dict[str, Any]:
    """Return what the page of a customer shows; `numbers` are all that are one with him."""
    at, identities = now(), kin.known_by(customer)
    owed = Owed.objects.visible_to(person).filter(customer__in=numbers)
    rows = list(owed.open().most_pressing_first().values_list("pk", flat=True))
    talks = Conversation.objects.visible_to(person).filter(customer__in=numbers, stands_for=None)
    return {
        "now": at,
        "customer": customer,
        "identities": [identity_shown(identity) for identity in identities],
        "writes_to": next((one.value for one in identities if one.kind == "email" and not one.forged), ""),
        "debts": debt_rows.shown(rows, person=person, now=at),
        "talks": talks.select_related("team", "customer").order_by("-last_at")[:HISTORY],
        "merges": merging.standing(numbers) if len(numbers) > 1 else [],
        "facts": (facts := fact.ever_known(customer)),
        "own_fields": own_fields(_own(facts)),
        "kinds": fact.Fact.Kind.choices,
        "manages": person.may_manage,
        "money": orders.money(numbers, person),
        "orders": bought(person, numbers, identities, None),
    }
