"""What the part of the desk a report is of can be chosen from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.conversations.tag import Tag
from odzew.desk.reports.asked import Asked
from odzew.staff.models import Person, Team


@dataclass(frozen=True, slots=True)
class Choice:
    """A list to choose from; `all` is what stands in it when nothing is chosen."""

    name: str
    label: str
    all: str
    options: list[tuple[int, str]]
    chosen: int | None

    @property
    def words(self) -> str:
        """Return what is chosen, or nothing."""
        return next((name for number, name in self.options if number == self.chosen), "")


def choices(asked: Asked) -> list[Choice]:
    """Return the lists; an agent sees his own figures, and chooses nobody."""
    person, part = asked.person, asked.part
    teams, people, accounts = Team.objects.all(), Person.objects.all(), Account.objects.all()
    if not person.sees_everything:
        mine = person.teams.values("pk")
        teams, accounts = teams.filter(pk__in=mine), accounts.filter(in_charge__team__in=mine)
        people = people.filter(teams__in=mine).distinct()
    found = [
        Choice("team", gettext("Team"), gettext("All teams"), _named(teams), part.team),
        Choice("channel", gettext("Channel"), gettext("All channels"), _named(accounts), part.channel),
    ]
    if tags := list(Tag.objects.in_use()):
        found.append(Choice("tag", gettext("Tag"), gettext("All tags"), _named(tags), part.tag))
    if person.may_manage:
        found.insert(
            1, Choice("person", gettext("Person"), gettext("Everybody"), _named(people), part.person)
        )
    return found


def _named(rows: Iterable[Any]) -> list[tuple[int, str]]:
    return sorted(((row.pk, str(row)) for row in rows), key=lambda option: (option[1].casefold(), option[0]))
