"""Customers: who they are, what we owe them, and their one history."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.desk import cursor, debts
from odzew.desk.conversation.shown import identity_shown
from odzew.desk.person import asking
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

PAGE = 50
HISTORY = 100


def visible(person: Person) -> "QuerySet[Customer]":
    """Return the customers a person has to do with: whose conversations or debts he may see."""
    if person.sees_everything:
        return Customer.objects.all()
    talks = Conversation.objects.visible_to(person).filter(customer=OuterRef("pk"))
    owed = Owed.objects.open().visible_to(person).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(talks) | Exists(owed))


@login_required
def customers(request: HttpRequest) -> HttpResponse:
    """List customers, the newest first, or those whose name or address holds some letters."""
    rows = visible(asking(request)).prefetch_related("identities")
    q = request.GET.get("q", "").strip()
    if q:
        addresses = Identity.objects.filter(customer=OuterRef("pk"), value__icontains=q)
        rows = rows.filter(Q(name__icontains=q) | Exists(addresses))
    behind = cursor.read(request.GET.get("after", ""))
    if behind:
        rows = rows.filter(cursor.behind("created_at", behind, backwards=True))
    found = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    context = {"now": now(), "customers": found[:PAGE], "q": q, "after": _after(found, q)}
    return render(request, "desk/customers/customers.html", context)


def _after(found: list[Customer], q: str) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    query = {"after": cursor.after((last.created_at, last.pk))} | ({"q": q} if q else {})
    return f"?{urlencode(query)}"


@login_required
def customer(request: HttpRequest, number: int) -> HttpResponse:
    """Show one customer: what we owe, and every conversation."""
    person, at = asking(request), now()
    found = visible(person).filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such customer, or another team serves him."))
    owed = Owed.objects.visible_to(person).filter(customer=found)
    rows = owed.open().most_pressing_first().select_related("customer", "owner")
    talks = Conversation.objects.visible_to(person).filter(customer=found).select_related("team")
    context: dict[str, Any] = {
        "now": at,
        "customer": found,
        "identities": [identity_shown(identity) for identity in found.identities.all()],
        "debts": debts.shown(rows, person=person, now=at),
        "talks": talks.order_by("-last_at")[:HISTORY],
    }
    return render(request, "desk/customers/customer.html", context)
