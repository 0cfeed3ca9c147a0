"""The staff log, for administrators: looked through by person, act, thing and period, and taken along."""

from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk import cursor
from odzew.desk.person import administrator
from odzew.desk.reports.files import as_csv
from odzew.desk.stafflog import asked, facts, words
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Team

PAGE = 50
AT_ONCE = 50_000  # lines of a file; what is more is asked for by a shorter period
PLACES = {"conversation": "conversation", "person": "person", "team": "team", "mailbox": "mailbox"}


@login_required
def log(request: HttpRequest) -> HttpResponse:
    """Show who did what."""
    administrator(request)
    wanted = asked.read(request.GET)
    size = PAGE * cursor.pages(request.GET)
    found = list(asked.behind(wanted.lines(), request.GET.get("after", ""))[: size + 1])
    names = _names()
    context: dict[str, Any] = {
        "lines": [_shown(line, *names) | {"url": _url(line)} for line in found[:size]],
        "wanted": wanted,
        "people": names[0],
        "acts": words.ACTS,
        "things": words.THINGS,
        "csv": f"{reverse('staff-log-csv')}?{wanted.query()}",
    }
    if len(found) > size:
        last = found[size - 1]
        context["after"] = f"?{wanted.query(after=cursor.after((last.at, last.seq)))}"
    return render(request, "desk/stafflog/log.html", context)


@login_required
def csv(request: HttpRequest) -> HttpResponse:
    """Give what was asked for as a table, the newest first."""
    administrator(request)
    wanted = asked.read(request.GET)
    names = _names()
    head = (gettext("When"), gettext("Who"), gettext("What"), gettext("Refused"), gettext("Touched"))
    lines = wanted.lines()[:AT_ONCE].iterator(chunk_size=2_000)
    rows = chain(
        [[*head, gettext("Facts"), gettext("From the address")]],
        (_row(_shown(line, *names)) for line in lines),
    )
    answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="staff-log.csv"'
    return answer


def _names() -> tuple[dict[int, str], dict[int, str]]:
    people = {person.pk: str(person) for person in Person.objects.order_by("name", "pk")}
    return people, dict(Team.objects.values_list("pk", "name"))


def _shown(line: StaffAct, people: dict[int, str], teams: dict[int, str]) -> dict[str, Any]:
    told = [facts.fact(field, value, people, teams) for field, value in line.facts.items()]
    named = people.get(line.number or 0) if line.thing == "person" else teams.get(line.number or 0)
    touched = named if line.thing in ("person", "team") and named else words.thing(line.thing, line.number)
    return {
        "at": timezone.localtime(line.at),
        "who": people.get(line.person_id or 0, ""),
        "act": words.act(line.act),
        "refused": line.refused,
        "touched": touched,
        "facts": told,
        "address": line.address,
    }


def _url(line: StaffAct) -> str:
    known = line.number and line.thing in PLACES
    return reverse(PLACES[line.thing], args=[line.number]) if known else ""


def _row(shown: dict[str, Any]) -> list[str]:
    refused = gettext("yes") if shown["refused"] else ""
    at = shown["at"].isoformat(sep=" ", timespec="seconds")
    told = [at, shown["who"], shown["act"], refused, shown["touched"], "; ".join(shown["facts"])]
    return [*told, shown["address"]]
