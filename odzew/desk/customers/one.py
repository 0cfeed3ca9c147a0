"""One customer: who it is, what we owe, and one history."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from odzew.conversations import fact, merging
from odzew.conversations.models import Conversation
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


def shown(person: Person, customer: Customer, numbers: list[int]) -> dict[str, Any]:
    """Return what the page of a customer shows; `numbers` are all that are one with him."""
    at, identities = now(), list(kin.identities(customer))
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
        "facts": list(fact.of(customer)),
        "kinds": fact.Fact.Kind.choices,
        "manages": person.may_manage,
        "money": orders.money(numbers, person),
        "orders": bought(person, numbers, identities, None),
    }
