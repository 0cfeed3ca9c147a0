"""To whom a conversation can be given: another team, or one person of it who is there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import FilteredRelation, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.desk import numbers
from odzew.domain.obligation import Refused
from odzew.lib.ready import Ready
from odzew.staff import acts, presence
from odzew.staff.models import Person, Role, Team

Row = tuple[int, str, int | None, str | None, str | None]


@dataclass(slots=True)
class Receiver:
    """A team, and who of it is there to answer: numbers and names."""

    pk: int
    name: str
    people: list[tuple[int, str]] = field(default_factory=list)


def receivers(teams: Collection[int]) -> list[Receiver]:
    """Return to whom can be given what belongs to these teams; to all of them, when to several."""
    if len(teams) == 1:
        return _read(_OTHERS(*teams))
    return _read(_rows(Team.objects.all()))


def chosen(request: HttpRequest) -> tuple[Team, Person | None]:
    """Return the team a form names, and the person of it, when it names one: "3" or "3-12".

    :raises Refused: when it names none
    """
    team_named, _, to_named = request.POST.get("team", "").partition("-")
    team = Team.objects.filter(pk=numbers.number(team_named) or 0).first()
    to = Person.objects.filter(pk=numbers.number(to_named) or 0).first() if to_named else None
    if team is None or (to_named and to is None):
        raise Refused(gettext("Choose the team."))
    acts.tell(facts={"team": team.pk} | ({"to": to.pk} if to else {}))
    return team, to


def _rows(teams: "QuerySet[Team]") -> "QuerySet[Team, Row]":
    able = Q(members__is_active=True) & ~Q(members__role=Role.READER)
    rows = teams.annotate(able=FilteredRelation("members", condition=able))
    rows = rows.order_by("name", "pk", "able__name", "able__pk")
    return rows.values_list("pk", "name", "able__pk", "able__name", "able__email")


_OTHERS: Ready[Row] = Ready(lambda team: _rows(Team.objects.exclude(pk=team)))


def _read(rows: Iterable[Row]) -> list[Receiver]:
    away = presence.begun()
    found: dict[int, Receiver] = {}
    for team, team_name, person, name, email in rows:
        receiver = found.setdefault(team, Receiver(team, team_name))
        if person is not None and person not in away:
            receiver.people.append((person, name or email or ""))
    return list(found.values())
