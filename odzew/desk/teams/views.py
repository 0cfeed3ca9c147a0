"""Teams: their working hours with a preview, holidays, answer times, lead."""

from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.desk.teams.form import TeamForm
from odzew.desk.teams.preview import cases
from odzew.domain.worktime import NeverOpen
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.models import Team


@login_required
def teams(request: HttpRequest) -> HttpResponse:
    """Show every team."""
    administrator(request)
    members = Count("members", filter=Q(members__is_active=True), distinct=True)
    rows = Team.objects.select_related("lead").annotate(people=members).order_by("name")
    return drawn(request, "desk/teams/teams.html", {"teams": rows})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    administrator(request)
    monday_to_friday = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return _edit(request, Team(hours=monday_to_friday, language=request.LANGUAGE_CODE[:2]))


@login_required
def team(request: HttpRequest, number: int) -> HttpResponse:
    """Change a team. What is owed already keeps the hour it was given."""
    administrator(request)
    found = Team.objects.filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such team."))
    return _edit(request, found)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what the hours in the form mean, kept or not."""
    administrator(request)
    form = TeamForm(Team(), request.POST)
    form.is_valid()
    return drawn(request, "desk/teams/_preview.html", _previewed(form))


def _edit(request: HttpRequest, found: Team) -> HttpResponse:
    form = TeamForm(found, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form)
    with transaction.atomic():
        kept = form.filled()
        if kept.is_last_resort:
            Team.objects.exclude(pk=kept.pk).update(is_last_resort=False)
        kept.save()
        acts.tell(number=kept.pk)
    messages.success(request, gettext("Kept. New debts are dated by these hours."))
    return redirect("teams")


def _form(request: HttpRequest, form: TeamForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "team": form.team,
        "zones": sorted(available_timezones()),
        **_previewed(form),
    }
    return drawn(request, "desk/teams/one.html", context, status=422 if form.errors else 200)


HOURS = ("hours", "own_days", "country", "timezone", "answer_hours")


def _previewed(form: TeamForm) -> dict[str, Any]:
    shown = form.team
    if form.is_bound:
        said = form.cleaned_data
        if any(name not in said for name in HOURS) or set(form.errors) & {*HOURS, *form.fields} - {"name"}:
            return {"cases": [], "unclear": True}
        shown = Team(
            timezone=said["timezone"],
            hours=said["hours"],
            country=said["country"],
            own_days=said["own_days"],
            answer_minutes=round(said["answer_hours"] * 60),
        )
    try:
        return {"cases": cases(shown, now())}
    except NeverOpen:
        return {"cases": [], "unclear": True}
