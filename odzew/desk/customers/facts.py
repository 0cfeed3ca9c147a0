"""What we know of a customer, kept on his page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import fact, own_field
from odzew.desk import numbers
from odzew.desk.customers import find, one
from odzew.desk.drawn import drawn
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now

FIELDS = ("kind", "value", "label", "source")


@login_required
@require_POST
def learn(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a fact, or note that one holds no more."""
    person = writing(request)
    customer, all_of_them = find.one(person, number)
    ended = numbers.number(request.POST.get("end", ""))
    own: dict[int, str] = {}
    said = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        if ended is not None:
            fact.end(customer, ended, person, now())
        elif "own" in request.POST:
            own = {field.pk: request.POST.get(f"own-{field.pk}", "") for field in own_field.offered()}
            fact.fill_in(customer, own, said["source"], person, now())
        else:
            fact.learn(customer, person, now(), **said)
    except Refused as refusal:
        told = {"refusal": refusal, "own_said": own} if own else {"refusal": refusal, "said": said}
        if own:
            told["own_fields"] = one.own_fields(own)
        return drawn(
            request,
            "desk/customers/customer.html",
            lambda: one.shown(person, customer, all_of_them) | told,
            status=422,
        )
    messages.success(request, gettext("Kept."))
    return redirect("customer", customer.pk)
