"""Customers that are likely one: a manager joins them, or says that they are not."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_POST

from odzew.conversations import likely
from odzew.conversations.alike import Alike
from odzew.desk.customers import find
from odzew.desk.person import managing
from odzew.lib.clock import now
from odzew.staff.models import Person

PAGE = 50
BECAUSE = {
    "phone": _("the same phone"),
    "order": _("the same order"),
    "mail": _("one signs with the address of the other"),
    "name": _("the same name"),
    "sound-c": _("the same name in the other script"),
    "sound-l": _("the same name in the other script"),
}


@login_required
def likely_one(request: HttpRequest) -> HttpResponse:
    """Show the pairs nobody has decided, the likeliest first."""
    person = managing(request)
    pairs = [_shown(pair) for pair in _visible(person).select_related("one", "other")[:PAGE]]
    return render(request, "desk/customers/likely.html", {"pairs": pairs})


@login_required
@require_POST
def different(request: HttpRequest, number: int) -> HttpResponse:
    """Remember that the two are not one."""
    person = managing(request)
    pair = _of(person).filter(pk=number).first()
    if pair is None:
        raise Http404(gettext("There is no such pair, or another team serves them."))
    likely.different(pair, person, now())
    messages.success(request, gettext("Kept: they are not offered again."))
    return redirect("customers-likely")


def _of(person: Person) -> Any:
    if person.sees_everything:
        return Alike.objects.all()
    seen = find.visible(person).values("pk")
    return Alike.objects.filter(Q(one__in=seen) & Q(other__in=seen))


def _visible(person: Person) -> Any:
    return _of(person).undecided()


def _shown(pair: Alike) -> dict[str, Any]:
    reasons = [_reason(mark) for mark in pair.marks]
    told = urlencode({"other": pair.other_id, "reason": "; ".join(dict.fromkeys(reasons))})
    return {
        "pair": pair,
        "reasons": list(dict.fromkeys(reasons)),
        "join": f"{reverse('customer-join', args=[pair.one_id])}?{told}",
    }


def _reason(mark: str) -> str:
    kind, _colon, value = mark.partition(":")
    said = str(BECAUSE[kind])
    return said if kind.startswith("sound") else f"{said}: {value}"
