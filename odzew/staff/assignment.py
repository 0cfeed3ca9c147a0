"""Who gets a debt: its owner, else his cover, else whoever is there and carries least for his capacity.

Among those of the team who are there, language and then skill come before the load (`suited`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from odzew.domain import cover
from odzew.lib.ready import Ready
from odzew.staff.models import Role, Team
from odzew.staff.presence import Presence, able
from odzew.staff.suited import Asked, Gift, pools

_PEOPLE = Ready(lambda: able().values_list("teams", "pk", "role", "capacity", "languages", "skills"))
NOBODY = cover.Standing(None, ())


class NobodyThere(Exception):
    """No active person could be made accountable; an administrator has to be named."""


class Seat(NamedTuple):
    """Who is accountable, and for whom he stands in."""

    owner: int
    instead_of: int | None = None


class Roster:
    """The people of each team and how much each of them owes, for one round of opening debts."""

    def __init__(self, loads: Mapping[int, int], now: datetime) -> None:
        self.loads = Counter(loads)
        self.members: dict[int, list[int]] = defaultdict(list)
        people: dict[int, list[Any]] = {}
        for team, *person in _PEOPLE():  # once for each of his teams, or once without one
            self.members[team].append(person[0])
            people[person[0]] = person
        self.presence = Presence(now, people)
        self.there = self.presence.there
        self.administrators = [number for number, role, *_ in people.values() if role == Role.ADMINISTRATOR]
        self.capacity: dict[int, int] = {
            number: max(1, capacity) for number, _, capacity, *_ in people.values()
        }
        self.gifts = {
            number: Gift(frozenset(languages), frozenset(skills))
            for number, *_, languages, skills in people.values()
        }
        self.shares = {number: self._share(number) for number in self.capacity}

    @property
    def asks_words(self) -> bool:
        """Return whether anybody has a skill, so that the words of tags matter."""
        return any(gift.skills for gift in self.gifts.values())

    def assign(self, team: Team, before: int | None = None, language: str = "") -> int:
        """Return who is accountable (see `seat`).

        :raises NobodyThere: when neither the team nor the desk has an active person
        """
        return self.seat(team, before, language).owner

    def seat(
        self,
        team: Team,
        before: int | None = None,
        language: str = "",
        *,
        words: Collection[str] = (),
        given: int | None = None,
    ) -> Seat:
        """Return who is accountable: `before` if there, else his cover, else who carries least.

        `words` are those of the tags of what is asked, folded; who has a skill of one comes before others.
        Whom it is `given` to comes before him, whatever team he is of.

        When everybody is away the debt rests on the team all the same, and the audit says so: a
        message without a debt would be worse (law 1).

        :raises NobodyThere: when neither the team nor the desk has an active person
        """
        members = self.members.get(team.pk) or self.administrators
        known = before if before in members else None
        if given in self.presence.able:
            known = given
        standing = self.presence.stand_in(known) if known is not None else NOBODY
        owner = cover.accountable(
            standing, self._pools(team, members, known, Asked(language, words)), self.shares
        )
        if owner is None:
            raise NobodyThere("Name an active administrator: nobody is there to answer.")
        self.carry(owner)
        return Seat(owner, known if known != owner else None)

    def carry(self, person: int) -> None:
        """Count one more debt on a person."""
        self.loads[person] += 1
        self.shares[person] = self._share(person)

    def other_than(self, person: int, team: Team, awake: Collection[int]) -> int | None:
        """Return who can take what a silent person owes: the cover of the team, else one of those awake."""
        cover_of_team = team.standing_cover_id
        if cover_of_team in self.there and cover_of_team != person:
            return cover_of_team
        others = [one for one in self._of_them_there(self.members[team.pk]) if one in awake and one != person]
        return cover.accountable(NOBODY, [others], self.shares)

    def _pools(
        self, team: Team, members: Sequence[int], away: int | None, asked: Asked
    ) -> Iterable[list[int]]:
        if away is not None and team.standing_cover_id is not None:
            yield self._of_them_there([team.standing_cover_id])
        yield from pools(self._of_them_there(members), self.gifts, asked)
        yield self._of_them_there(self.administrators)
        yield sorted(self.there)
        yield [person for person in members if person != away] or list(members)

    def _of_them_there(self, people: Iterable[int]) -> list[int]:
        return [person for person in people if person in self.there]

    def _share(self, person: int) -> float:
        return self.loads[person] / self.capacity.get(person, 1)
