"""Customers: who they are, what we owe them, and their one history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.desk import arms, cursor, debts, pieces, tags
from odzew.desk.conversation.shown import identity_shown
from odzew.desk.person import asking, teams
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

PAGE = 50
HISTORY = 100


# The conversations nobody of the same customer is newer than, among those the person may see.
NEWEST = """NOT EXISTS (SELECT 1 FROM odzew_conversation newer
WHERE newer.customer_id = odzew_conversation.customer_id AND newer.beside_id IS NULL
AND (newer.last_at, newer.id) > (odzew_conversation.last_at, odzew_conversation.id)"""
FORGED = ' <span class="badge badge-late">{}{}</span>'


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list, and when he was last heard of."""

    customer: int
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
    q = request.GET.get("q", "").strip()
    rows, after = (_found(asking(request), q), "") if q else _recent(request, request.GET.get("after", ""))
    context = {"rows": _shown(rows, now()), "q": q, "after": after}
    return render(request, "desk/customers/customers.html", context)


def _recent(request: HttpRequest, given: str) -> tuple[list[Row], str]:
    """Return a page of customers by the conversation each had last, and the link to the next page."""
    person, ours = asking(request), teams(request)
    behind = cursor.read(given)
    seen = [_newest(arm, person, ours).behind(behind) for arm in arms.talks(person, ours)]
    [keys] = arms.first([seen], PAGE + 1)
    customers = dict(Conversation.objects.filter(pk__in=arms.numbers(keys)).values_list("pk", "customer"))
    rows = [
        Row(customers[number], arms.row(key)[0]) for key in keys[:PAGE] if (number := key[1]) in customers
    ]
    after = f"?{urlencode({'after': cursor.after(arms.row(keys[PAGE - 1]))})}" if len(keys) > PAGE else ""
    return rows, after


def _newest(arm: arms.Arm, person: Person, ours: Sequence[int]) -> arms.Arm:
    if person.sees_everything:
        return arm.only(f"{NEWEST})")
    handed = arms.ELSEWHERE.format(found="conversation", marks=arms.marks(ours)).replace(
        "id IN", "newer.id IN", 1
    )
    visible = f"{NEWEST} AND (newer.team_id IN ({arms.marks(ours)}) OR {handed}))"
    return arm.only(visible, *ours, person.pk, *ours)


def _found(person: Person, q: str) -> list[Row]:
    addresses = Identity.objects.filter(customer=OuterRef("pk"), value__icontains=q)
    rows = visible(person).filter(Q(name__icontains=q) | Exists(addresses)).order_by("-pk")
    return [Row(*found) for found in rows.values_list("pk", "created_at")[:PAGE]]


def _shown(rows: Sequence[Row], at: datetime) -> list[SafeString]:
    numbers = [row.customer for row in rows]
    identities: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    known = Identity.objects.filter(customer__in=numbers).order_by("pk")
    for customer, value, forged in known.values_list("customer", "value", "forged"):
        identities[customer].append((value, forged))
    told = Customer.objects.filter(pk__in=numbers).values_list("pk", "name", "language")
    names = {number: (name, language) for number, name, language in told}
    return [_row(row, names[row.customer], identities[row.customer], at) for row in rows]


def _row(row: Row, told: tuple[str, str], known: Sequence[tuple[str, bool]], at: datetime) -> SafeString:
    name, language = told
    who = name or (known[0][0] if known else "") or f"#{row.customer}"
    mark = pieces.fill(FORGED, tags.icon("triangle-alert"), gettext("forged"))
    shown = (pieces.fill("{}{}", value, mark if forged else "") for value, forged in known)
    return pieces.fill(
        pieces.piece("customers/_customer.html"),
        id=row.customer,
        url=reverse("customer", args=[row.customer]),
        who=who,
        face=tags.initials(who),
        identities=SafeString(", ".join(shown)),
        language=language.upper(),
        last=tags.day(row.at, at),
    )


@login_required
def customer(request: HttpRequest, number: int) -> HttpResponse:
    """Show one customer: what we owe, and every conversation."""
    person, at = asking(request), now()
    found = visible(person).filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such customer, or another team serves him."))
    owed = Owed.objects.visible_to(person).filter(customer=found)
    rows = list(owed.open().most_pressing_first().values_list("pk", flat=True))
    talks = Conversation.objects.visible_to(person).filter(customer=found).select_related("team")
    context: dict[str, Any] = {
        "now": at,
        "customer": found,
        "identities": [identity_shown(identity) for identity in found.identities.all()],
        "debts": debts.shown(rows, person=person, now=at),
        "talks": talks.order_by("-last_at")[:HISTORY],
    }
    return render(request, "desk/customers/customer.html", context)
