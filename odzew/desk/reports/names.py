"""The names of teams, people, channels and tags in a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.conversations.tag import Tag
from odzew.desk.reports.cases import Case
from odzew.desk.reports.report import NOBODY
from odzew.staff.models import Person, Team


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

    @cached_property
    def tag(self) -> dict[int, str]:
        """Return the names of tags."""
        return {row.pk: str(row) for row in Tag.objects.only("name")}

    def of(self, kind: str, number: int) -> str:
        """Return the name of one team, person or channel."""
        found: dict[int, str] = getattr(self, kind)
        nobody = {"person": gettext("nobody of ours"), "tag": gettext("without a tag")}
        return found.get(number) or nobody.get(kind, gettext("none"))


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a report: a team, a person, a channel or a tag."""

    number: int
    name: str


def keys(case: Case, kind: str) -> tuple[int, ...]:
    """Return the numbers of the lines a case belongs to: one, or one for each of its tags."""
    if kind == "tag":
        return case.tags or (NOBODY,)
    found = {"team": case.team, "person": case.person, "channel": case.account}[kind]
    return (found or NOBODY,)


def groups(cases: Iterable[Case], kind: str, names: Names) -> list[Group]:
    """Return the lines some cases need, by name; what belongs to nobody comes last."""
    wanted = {number for case in cases for number in keys(case, kind)}
    found = [Group(number, names.of(kind, number)) for number in wanted]
    return sorted(found, key=lambda group: (group.number == NOBODY, group.name.casefold(), group.number))
