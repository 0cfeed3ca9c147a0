"""On whom each debt rests, who is away, and who of the customers is seen."""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bench.paper import Paper
from bench.rules import STEPS, Broken
from bench.witness import Witness
from bench.year import CALENDAR, Year
from odzew.domain import cover, escalation, journal, worktime
from odzew.domain.escalation import Step
from odzew.domain.obligation import State


class Seats:
    """The people at their places, with the paper before them and the witness behind."""

    def __init__(self, year: Year, paper: Paper, witness: Witness, *, strict: bool) -> None:
        self.year, self.paper, self.witness, self.strict = year, paper, witness, strict
        self.away: Counter[int] = Counter()

    def post(self, entry: journal.Entry) -> None:
        """Write a line, and look who is seen by it."""
        self.paper.post(entry)
        self.look(self.paper.books[entry.obligation].customer, entry.at)

    def look(self, matter: int, at: datetime) -> None:
        """Let the witness note whether a debt of the matter rests on somebody who is there."""
        owed = (self.paper.books[n] for n in self.paper.of_matter[matter])
        seen = any(d.state is State.OPEN and not self.away[d.owner] for d in owed)
        self.witness.look(matter, at, seen=seen)

    def there(self) -> list[int]:
        """Return who is not away."""
        return [person for person in range(1, self.year.people + 1) if not self.away[person]]

    def seat(self, person: int | None, team: int, at: datetime) -> int:
        """Return on whom a debt rests now: the person, who stands in, or whoever has least."""
        if person is not None and not self.away[person]:
            return person
        there = self.there()
        here = [a for a in self.year.absences if a.holds(at)] if person is not None else []
        standing = cover.Standing(None, ())
        if person is not None:
            standing = cover.stand_in(person, at, here, there)
        pools = ([p for p in there if self.year.team(p) == team], there)
        loads = {p: float(len(self.paper.resting[p])) for p in there}
        found = cover.accountable(standing, pools, loads)
        if found is None:
            raise Broken(f"Nobody is there at {at}.")
        return found

    def move(self, debts: Iterable[int], at: datetime) -> None:
        """Move what rests on who is away to who is there."""
        for number in debts:
            debt = self.paper.books[number]
            if not self.away[debt.owner]:
                continue
            right = debt.instead_of or debt.owner
            owner = self.seat(right, debt.team - 1, at)
            self.post(
                journal.HandedOver(
                    obligation=number,
                    at=at,
                    by="desk",
                    owner=owner,
                    team=debt.team,
                    instead_of=right if right != owner else None,
                )
            )

    def hand_back(self, person: int, at: datetime) -> None:
        """Give back what others had in the place of who is here again."""
        mine = [
            d for ns in self.paper.resting.values() for d in ns if self.paper.books[d].instead_of == person
        ]
        for number in sorted(mine):
            debt = self.paper.books[number]
            back = journal.HandedOver(obligation=number, at=at, by="desk", owner=person, team=debt.team)
            self.post(back)

    def check(self, debts: Iterable[int], at: datetime) -> None:
        """Check that what is open rests on somebody present.

        :raises Broken: when it does not
        """
        if not self.strict:
            return
        for number in debts:
            debt = self.paper.books[number]
            if debt.state is State.OPEN and self.away[debt.owner]:
                raise Broken(f"Debt {number} rests on {debt.owner}, who is away at {at} (law 7).")

    def look_at(self, person: int, at: datetime) -> None:
        """Look at each matter that rests on a person."""
        for number in list(self.paper.resting[person]):
            self.look(self.paper.books[number].customer, at)

    def escalate(self, at: datetime) -> None:
        """Tell the next one of what is late."""
        while self.paper.alarms and self.paper.alarms[0][0] <= at:
            moment, number = heapq.heappop(self.paper.alarms)
            debt = self.paper.books[number]
            if debt.state is not State.OPEN or debt.alarm_at != moment:
                continue
            step, following = escalation.reached(debt.escalated, moment, at, STEPS, self._worked)
            to = debt.owner if step == Step.OWNER else min(self.there(), default=debt.owner)
            self.post(
                journal.Escalated(obligation=number, at=at, by="desk", step=step, to=to, next_at=following)
            )

    @staticmethod
    def _worked(moment: datetime, length: timedelta) -> datetime:
        return worktime.add(CALENDAR, moment, length)
