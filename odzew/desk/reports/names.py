"""The names of teams, people and channels in a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.desk.reports.cases import Case
from odzew.desk.reports.report import NOBODY
from odzew.staff.models import Person, Team

FIELDS = {"team": "team", "person": "person", "channel": "account"}


class Names:
    """Looked up once each, all of a kind in one query."""

    @cached_property
    def team(self) -> dict[int, str]:
        """Return the names of teams."""
        return {row.pk: str(row) for row in Team.objects.all()}

    @cached_property
    def person(self) -> dict[int, str]:
        """Return the names of people."""
        return {row.pk: str(row) for row in Person.objects.only("name", "email")}

    @cached_property
    def channel(self) -> dict[int, str]:
        """Return the names of accounts, the concrete doors of channels."""
        return {row.pk: str(row) for row in Account.objects.only("name", "address")}

    def of(self, kind: str, number: int) -> str:
        """Return the name of one team, person or channel."""
        found: dict[int, str] = getattr(self, kind)
        return found.get(number) or (gettext("nobody of ours") if kind == "person" else gettext("none"))


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a report: a team, a person or a channel."""

    number: int
    name: str


def key(case: Case, kind: str) -> int:
    """Return the number of the line a case belongs to."""
    found: int | None = getattr(case, FIELDS[kind])
    return found or NOBODY


def groups(cases: Iterable[Case], kind: str, names: Names) -> list[Group]:
    """Return the lines some cases need, by name; what belongs to nobody comes last."""
    found = [Group(number, names.of(kind, number)) for number in {key(case, kind) for case in cases}]
    return sorted(found, key=lambda group: (group.number == NOBODY, group.name.casefold(), group.number))
