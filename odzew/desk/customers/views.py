"""Customers: who they are, what we owe them, and their one history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.desk import arms, cursor, debts
from odzew.desk.conversation.shown import identity_shown
from odzew.desk.person import asking
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

PAGE = 50
HISTORY = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list, and when he was last heard of."""

    customer: Customer
    at: datetime


def visible(person: Person) -> "QuerySet[Customer]":
    """Return the customers a person has to do with: whose conversations or debts he may see."""
    if person.sees_everything:
        return Customer.objects.all()
    talks = Conversation.objects.visible_to(person).filter(customer=OuterRef("pk"))
    owed = Owed.objects.open().visible_to(person).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(talks) | Exists(owed))


@login_required
def customers(request: HttpRequest) -> HttpResponse:
    """List customers, those who wrote last first, or those whose name or address holds some letters."""
    person, q = asking(request), request.GET.get("q", "").strip()
    rows, after = (_found(person, q), "") if q else _recent(person, request.GET.get("after", ""))
    context = {"now": now(), "rows": rows, "q": q, "after": after}
    return render(request, "desk/customers/customers.html", context)


def _recent(person: Person, given: str) -> tuple[list[Row], str]:
    """Return a page of customers by the conversation each had last, and the link to the next page."""
    newer = Conversation.objects.visible_to(person).filter(customer=OuterRef("customer"))
    newer = newer.filter(
        Q(last_at__gt=OuterRef("last_at")) | Q(last_at=OuterRef("last_at"), pk__gt=OuterRef("pk"))
    )
    seen = [rows.filter(~Exists(newer)) for rows in arms.talks(person)]
    behind = cursor.read(given)
    if behind:
        seen = [rows.filter(cursor.behind("last_at", behind, backwards=True)) for rows in seen]
    numbers = arms.first(seen, "last_at", PAGE + 1, backwards=True)
    talks = arms.fetch(_with_customers(), numbers)
    after = ""
    if len(talks) > PAGE:
        last = talks[PAGE - 1]
        after = f"?{urlencode({'after': cursor.after((last.last_at, last.pk))})}"
    return [Row(talk.customer, talk.last_at) for talk in talks[:PAGE]], after


def _with_customers() -> "QuerySet[Conversation]":
    return Conversation.objects.select_related("customer").prefetch_related("customer__identities")


def _found(person: Person, q: str) -> list[Row]:
    addresses = Identity.objects.filter(customer=OuterRef("pk"), value__icontains=q)
    rows = visible(person).filter(Q(name__icontains=q) | Exists(addresses))
    found = rows.prefetch_related("identities").order_by("-pk")[:PAGE]
    return [Row(customer, customer.created_at) for customer in found]


@login_required
def customer(request: HttpRequest, number: int) -> HttpResponse:
    """Show one customer: what we owe, and every conversation."""
    person, at = asking(request), now()
    found = visible(person).filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such customer, or another team serves him."))
    owed = Owed.objects.visible_to(person).filter(customer=found)
    rows = owed.open().most_pressing_first().select_related(*debts.NAMED)
    talks = Conversation.objects.visible_to(person).filter(customer=found).select_related("team")
    context: dict[str, Any] = {
        "now": at,
        "customer": found,
        "identities": [identity_shown(identity) for identity in found.identities.all()],
        "debts": debts.shown(rows, person=person, now=at),
        "talks": talks.order_by("-last_at")[:HISTORY],
    }
    return render(request, "desk/customers/customer.html", context)
