"""Who gets a new debt: the member of the team who owes least, so that nobody drowns unseen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from django.db import models

from odzew.staff.models import Person, Role, Team


class NobodyThere(Exception):
    """No active person could be made accountable; an administrator has to be named."""


class Roster:
    """The people of each team and how much each of them owes, for one round of opening debts."""

    def __init__(self, loads: Mapping[int, int]) -> None:
        self.loads = Counter(loads)
        self.members: dict[int, list[int]] = defaultdict(list)
        for team, person in _active_members():
            self.members[team].append(person)
        self.there = there()
        self.administrators = list(_active().filter(role=Role.ADMINISTRATOR).values_list("pk", flat=True))

    def assign(self, team: Team, before: int | None = None) -> int:
        """Return who is accountable: `before` if still there, else whoever of the team owes least.

        :raises NobodyThere: when neither the team nor the desk has an active person
        """
        able = self.members.get(team.pk) or self.administrators
        if not able:
            raise NobodyThere("Name an active administrator: nobody is there to answer.")
        chosen = before if before in able else min(able, key=lambda person: (self.loads[person], person))
        self.loads[chosen] += 1
        return chosen


def there() -> frozenset[int]:
    """Return who can be accountable: active, and more than a reader."""
    return frozenset(_active().values_list("pk", flat=True))


def _active() -> "models.QuerySet[Person]":
    return Person.objects.filter(is_active=True).exclude(role=Role.READER).order_by("pk")


def _active_members() -> Iterable[tuple[int, int]]:
    return _active().filter(teams__isnull=False).values_list("teams", "pk")
