"""One's own account: the password, and where one is signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from odzew.desk import numbers
from odzew.desk.account import factors, seat
from odzew.desk.account.offered import sso_offered
from odzew.desk.person import asking
from odzew.lib.clock import now
from odzew.staff import acts, linking, sessions
from odzew.staff.models import Person


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what belongs to oneself."""
    person = asking(request)
    seats = signed_in(person, str(request.session.session_key))
    context = {"seats": seats, "now": now(), "has_factor": factors.has(person), "sso": sso_offered()}
    context["is_linked"] = bool(context["sso"]) and linking.linked(person)
    return render(request, "desk/account/account.html", context)


@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End one other session of one's own, or all of them."""
    only = numbers.number(request.POST.get("seat", ""))
    ended = sessions.end(asking(request), only=only, keep=str(request.session.session_key))
    acts.tell(facts={"sessions": ended})
    messages.success(request, said(ended))
    return redirect("account")


@login_required
@require_POST
def sso_off(request: HttpRequest) -> HttpResponse:
    """Link the own account with the provider's no more."""
    linking.unlink(asking(request))
    messages.success(request, gettext("Not linked any more: the password signs you in."))
    return redirect("account")


def signed_in(person: Person, own: str = "") -> list[dict[str, Any]]:
    """Return where somebody is signed in, as a page shows it; `own` is the session that asks."""
    return [
        {"row": row, "device": seat.device(row.device), "here": row.session == own}
        for row in sessions.of(person, now())
    ]


def said(ended: int) -> str:
    """Return how many sessions were ended, in words."""
    if not ended:
        return gettext("There was no other session.")
    return ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended) % {"count": ended}
