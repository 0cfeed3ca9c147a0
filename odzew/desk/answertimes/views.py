"""Answer times: the table, one row with what it means, and what holds where."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.desk.answertimes import shown
from odzew.desk.answertimes.form import AnswerTimeForm, teams_of
from odzew.desk.drawn import drawn
from odzew.desk.person import managing
from odzew.desk.teams.preview import cases
from odzew.domain.worktime import NeverOpen
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.answer_time import AnswerTime
from odzew.staff.models import Person


@login_required
def times(request: HttpRequest) -> HttpResponse:
    """Show the table, and what it comes to for each team of the person."""
    person = managing(request)
    teams = list(teams_of(person))
    rows = list(AnswerTime.objects.about(teams))
    changes = set(AnswerTime.objects.kept_by(person).values_list("pk", flat=True))
    context = {"rows": shown.rows(rows, changes), "held": shown.held(teams, rows, now())}
    return drawn(request, "desk/answertimes/times.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Add a row."""
    person = managing(request)
    return _edit(request, AnswerTime(), person)


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a row."""
    person = managing(request)
    return _edit(request, _find(person, number), person)


@login_required
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Take a row away."""
    person = managing(request)
    found = _find(person, number)
    said = {"team": str(found.team or ""), "channel": found.channel, "kind": found.kind}
    acts.tell(facts={name: value for name, value in said.items() if value})
    found.delete()
    messages.success(request, gettext("Taken away. What is owed already keeps its hour."))
    return redirect("answer-times")


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a row means before it is kept."""
    person = managing(request)
    form = AnswerTimeForm(AnswerTime(), person, request.POST)
    return drawn(request, "desk/teams/_preview.html", _previewed(form, person))


def _edit(request: HttpRequest, row: AnswerTime, person: Person) -> HttpResponse:
    form = AnswerTimeForm(row, person, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form, person)
    kept = form.filled()
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:  # a colleague has added the same at the same moment
        form.add_error(None, form.THERE_ALREADY)
        return _form(request, form, person)
    acts.tell(number=kept.pk)
    messages.success(
        request, gettext("Kept. It holds for what comes from now on; what is owed keeps its hour.")
    )
    return redirect("answer-times")


def _form(request: HttpRequest, form: AnswerTimeForm, person: Person) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "row": form.row, **_previewed(form, person)}
    return drawn(request, "desk/answertimes/one.html", context, status=422 if form.errors else 200)


def _previewed(form: AnswerTimeForm, person: Person) -> dict[str, Any]:
    team, length = form.row.team, form.row.term.length if form.row.pk else None
    if form.is_bound:
        form.is_valid()
        if {"team", "hours"} & set(form.errors):
            return {"cases": [], "unclear": True}
        team, length = form.cleaned_data["team"], form.length
    team = team or teams_of(person).first()
    if team is None:
        return {"cases": [], "unclear": True}
    try:
        return {"cases": cases(team, now(), length), "of_team": team}
    except NeverOpen:
        return {"cases": [], "unclear": True}


def _find(person: Person, number: int) -> AnswerTime:
    found = AnswerTime.objects.kept_by(person).select_related("team").filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such row."))
    return found
