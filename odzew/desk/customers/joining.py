"""Two customers that are one: a manager joins them, and can take it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import merging
from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.desk import numbers
from odzew.desk.conversation.shown import identity_shown
from odzew.desk.customers import find, one
from odzew.desk.drawn import drawn
from odzew.desk.person import managing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff.models import Person

LAST = 5


@login_required
def join(request: HttpRequest, number: int) -> HttpResponse:
    """Look for the other customer, see both side by side, and join them."""
    person = managing(request)
    customer, _all = find.one(person, number)
    chosen = numbers.number(request.POST.get("other", request.GET.get("other", "")))
    other = find.one(person, chosen)[0] if chosen else None
    if request.method != "POST":
        return drawn(request, "desk/customers/join.html", _page(request, person, customer, other))
    try:
        if other is None:
            raise Refused(gettext("Choose the other customer first."))
        merging.merge(customer, other, person, request.POST.get("reason", ""), now())
    except Refused as refusal:
        told = {"refusal": refusal}
        return drawn(
            request,
            "desk/customers/join.html",
            lambda: _page(request, person, customer, other) | told,
            status=422,
        )
    messages.success(request, gettext("Joined. It can be taken back on this page."))
    return redirect("customer", customer.pk)


@login_required
@require_POST
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Make two customers of one again, as they were joined."""
    person = managing(request)
    customer, all_of_them = find.one(person, number)
    named = numbers.number(request.POST.get("merge", "")) or 0
    merge = Merge.objects.filter(pk=named, other__in=all_of_them).first()
    if merge is None:
        # Pressed twice: the other one is gone from here already, and the row says so.
        merge = Merge.objects.filter(pk=named, kept__in=all_of_them).exclude(split_at=None).first()
    if merge is None:
        raise Http404(gettext("These two were not joined, or somebody has split them already."))
    try:
        merging.split(merge, person, request.POST.get("reason", ""), now())
    except Refused as refusal:
        told = {"refusal": refusal}
        return drawn(
            request,
            "desk/customers/customer.html",
            lambda: one.shown(person, customer, all_of_them) | told,
            status=422,
        )
    messages.success(request, gettext("They are two customers again; each has what was his."))
    return redirect("customer", merge.kept_id)


def _page(request: HttpRequest, person: Person, customer: Customer, other: Customer | None) -> dict[str, Any]:
    q = request.GET.get("q", "").strip()
    found = [number for number, _at in find.named(person, q) if number != customer.pk] if q else []
    return {
        "now": now(),
        "customer": customer,
        "other": other,
        "q": q,
        "found": _in_order(found),
        "both": [_card(person, one) for one in (customer, other)] if other else [],
        "reason": request.POST.get("reason", request.GET.get("reason", "")),
    }


def _in_order(found: list[int]) -> list[tuple[Customer, str]]:
    """Return customers in the order of their numbers, each with what they are known by."""
    rows = Customer.objects.prefetch_related("identities").in_bulk(found)
    return [(rows[n], ", ".join(identity.value for identity in rows[n].identities.all())) for n in found]


def _card(person: Person, customer: Customer) -> dict[str, Any]:
    talks = Conversation.objects.visible_to(person).matters().filter(customer__in=kin.numbers(customer))
    return {
        "customer": customer,
        "identities": [identity_shown(identity) for identity in kin.identities(customer)],
        "talks": talks.order_by("-last_at")[:LAST],
    }
