"""What shops and exchanges told and the desk could not take: shown to administrators, with the quarantine."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.calls import door as lines
from odzew.desk import kept
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.domain.obligation import Refused
from odzew.hearing import held
from odzew.hearing.models import Heard
from odzew.hearing.work import Door, NotYet, why
from odzew.lib.clock import now
from odzew.lib.payloads import Unreadable
from odzew.orders import door as shops
from odzew.staff import acts
from odzew.staff.models import Person

SHOWN = 100_000  # characters of the words
DOORS: dict[str, Door] = {shops.NAME: shops.DOOR, lines.NAME: lines.DOOR}


@dataclass(frozen=True, slots=True)
class Shown:
    """One call as the page shows it; `why` is told in the language of whoever reads it."""

    row: Heard
    name: str
    why: str


def listed(person: Person, at_most: int) -> list[Shown]:
    """Return what could not be taken, the oldest first; it may name customers of any team."""
    rows = _held().defer("content").order_by("pk")[:at_most] if person.sees_everything else ()
    return [_shown(row) for row in rows]


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one call as it came, with what a person can do about it."""
    administrator(request)
    return _page(request, get_object_or_404(_held(), pk=number))


@login_required
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Try once more to do it, after the desk or the books have learned more."""
    person, row = administrator(request), get_object_or_404(_held(), pk=number)
    try:
        held.done(row, person, lambda one: DOORS[one.door].do(one, now()), now())
    except (Refused, NotYet, Unreadable) as fault:
        return _refused(request, row, kept.told(why(fault)))
    messages.success(request, gettext("It is done, as if it had come now."))
    return redirect("quarantine")


@login_required
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Let it be, with a name and a reason."""
    person, row = administrator(request), get_object_or_404(_held(), pk=number)
    try:
        held.discard(row, person, request.POST.get("reason", ""), now())
    except Refused as refusal:
        return _refused(request, row, str(refusal))
    messages.success(request, gettext("Let be, with your name and your reason."))
    return redirect("quarantine")


def _held() -> "QuerySet[Heard]":
    return Heard.objects.filter(state=Heard.State.HELD)


def _shown(row: Heard) -> Shown:
    return Shown(row, DOORS[row.door].name(row.of), kept.told(row.error))


def _refused(request: HttpRequest, row: Heard, said: str) -> HttpResponse:
    acts.refused()
    return _page(request, row, {"refusal_title": gettext("Not done"), "refusals": [said]}, status=409)


def _page(
    request: HttpRequest, row: Heard, more: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    text = bytes(row.content).decode("utf-8", "replace")
    context = {"now": now(), "one": _shown(row), "text": text[:SHOWN], "cut": len(text) > SHOWN}
    return drawn(request, "desk/quarantine/heard.html", context | (more or {}), status=status)
