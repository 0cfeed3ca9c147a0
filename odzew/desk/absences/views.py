"""Absences: who is away when, who stands in, where a cover is missing."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.desk import numbers
from odzew.desk.absences import calendars, load, team
from odzew.desk.absences.form import Plan, colleagues, led
from odzew.desk.absences.shown import Calendar
from odzew.desk.drawn import drawn
from odzew.desk.person import asking, writing
from odzew.domain.obligation import Refused
from odzew.ledger import leave
from odzew.lib.clock import now
from odzew.notices import covers
from odzew.staff import absences, acts
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person

Act = Callable[[HttpRequest, Person, Absence, datetime], str]


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the calendar."""
    person = asking(request)
    return _page(request, Plan(person))


def _page(request: HttpRequest, form: Plan, status: int = 200) -> HttpResponse:
    person, at = asking(request), now()
    people, mine = colleagues(person), led(person)
    context: dict[str, Any] = {"form": form, "calendar": Calendar(person, people, mine, at), "led": mine}
    context["asked"] = _asked(person)
    if person.may_write:
        context |= calendars.shown(person, at)
    context["settings"] = team.forms_for(person)
    if person.may_write:
        context["loads"] = load.loads(people if person.may_manage else [person], at)
    return drawn(request, "desk/absences/absences.html", context, status=status)


def _asked(person: Person) -> list[Cover]:
    waiting = Cover.objects.filter(
        person=person, state=Cover.State.ASKED, absence__state__in=Absence.STANDING
    )
    return list(waiting.select_related("absence__person").order_by("since", "pk"))


@login_required
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Write down an absence and ask the covers."""
    person = writing(request)
    form = Plan(person, request.POST)
    if not form.is_valid():
        return _page(request, form, status=409)
    begins_at, ends_at = form.span
    at = now()
    try:
        with covers.watched(person, at):
            absence = absences.plan(form.cleaned_data["who"], person, begins_at, ends_at, at, **form.told)
        acts.tell(thing="absence", number=absence.pk)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=409)
    messages.success(request, _written_down(absence, is_asked=bool(form.told["covers"])))
    return redirect(_anchor(absence))


def _written_down(absence: Absence, *, is_asked: bool) -> str:
    if not is_asked:
        return gettext("Written down. It has no cover yet: ask a colleague.")
    said = gettext("Written down. Whoever is asked sees it on this page.")
    other = absences.stands_in_for(absence.person, absence.begins_at, absence.ends_at)
    if other is None:
        return said
    also = gettext("Until somebody says yes, nobody stands in for %(name)s either.") % {"name": other}
    return f"{said} {also}"


@login_required
@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Let somebody be out today, from now on."""
    person, at = writing(request), now()
    number = numbers.number(request.POST.get("who", "")) or person.pk
    who = next((one for one in led(person) if one.pk == number), None)
    if who is None:
        raise PermissionDenied
    tomorrow = timezone.localtime(at).date() + timedelta(days=1)
    ends_at = timezone.make_aware(datetime.combine(tomorrow, time.min))
    try:
        with covers.watched(person, at):
            leave.out_now(who, person, ends_at, at, request.POST.get("reason", ""))
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, gettext("%(name)s is out today; the debts rest on the team.") % {"name": who}
        )
    return redirect("absences")


def act(do: Act) -> Callable[..., HttpResponse]:
    """Make a view of an act on an absence one may see; a refusal is said in its words."""

    @login_required
    @require_POST
    @wraps(do)
    def view(request: HttpRequest, number: int) -> HttpResponse:
        person = writing(request)
        absence = Absence.objects.visible_to(person).filter(pk=number).select_related("person").first()
        if absence is None:
            raise Http404
        at = now()
        try:
            with covers.watched(person, at):
                messages.success(request, do(request, person, absence, at))
        except Refused as refusal:
            acts.refused()
            messages.error(request, str(refusal))
        return redirect(_anchor(absence))

    return view


@act
def call_off(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Let a planned absence not take place."""
    _must_lead(person, absence)
    absences.call_off(absence, at)
    return gettext("Called off.")


@act
def back(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Let an absence end now."""
    _must_lead(person, absence)
    leave.back(absence, at)
    return gettext("Welcome back. What is unpaid is where it was chosen to be.")


@act
def change_end(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Let an absence last until another day."""
    _must_lead(person, absence)
    try:
        last = datetime.fromisoformat(request.POST.get("last", "")).date()
    except ValueError:
        raise Refused(gettext("Give the last day, for example 2026-11-30.")) from None
    absences.change_end(absence, absences.ends(absence.person.timezone, last, at_noon=False), at)
    return gettext("The new end is written down.")


@act
def ask(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Ask a colleague to stand in, for all of it or for some days."""
    _must_lead(person, absence)
    number = numbers.number(request.POST.get("who", ""))
    who = next((one for one in colleagues(person) if one.pk == number), None)
    if who is None:
        raise Refused(gettext("Choose who is asked."))
    since, until = _part(request, absence)
    absences.ask(absence, who, since, until, at)
    return gettext("%(name)s is asked.") % {"name": who}


def _part(request: HttpRequest, absence: Absence) -> tuple[datetime, datetime]:
    zone = absence.person.timezone
    first, last = request.POST.get("first", ""), request.POST.get("last", "")
    try:
        since = (
            absences.begins(zone, datetime.fromisoformat(first).date(), at_noon=False)
            if first
            else absence.begins_at
        )
        until = (
            absences.ends(zone, datetime.fromisoformat(last).date(), at_noon=False)
            if last
            else absence.ends_at
        )
    except (ValueError, OverflowError):
        raise Refused(gettext("Give the last day, for example 2026-11-30.")) from None
    return since, until


@act
def answer(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Say yes or no to standing in."""
    asked = absence.covers.filter(person=person).exclude(state=Cover.State.WITHDRAWN)
    number = numbers.number(request.POST.get("cover", ""))
    cover = (asked.filter(pk=number) if number else asked).select_related("absence__person", "person").first()
    if cover is None:
        raise Refused(gettext("Only who is asked can say yes or no."))
    yes = request.POST.get("yes") == "yes"
    absences.answer(cover, at, yes=yes)
    return gettext("You stand in.") if yes else gettext("You have said no.")


@act
def withdraw(request: HttpRequest, person: Person, absence: Absence, at: datetime) -> str:
    """Ask a colleague no more."""
    _must_lead(person, absence)
    cover = absence.covers.filter(pk=numbers.number(request.POST.get("cover", "")) or 0).first()
    if cover is None:
        raise Refused(gettext("Choose who is asked."))
    absences.withdraw(cover)
    return gettext("Not asked any more.")


def _must_lead(person: Person, absence: Absence) -> None:
    if person.pk != absence.person_id and not absences.leads(person, absence.person):
        raise Refused(gettext("Only %(name)s and the leads can change this.") % {"name": absence.person})


def _anchor(absence: Absence) -> str:
    return f"/absences/#absence-{absence.pk}"
