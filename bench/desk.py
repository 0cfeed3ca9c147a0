"""A desk that lives through a year by the rules of the books, or by those of another desk."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bench.year import (
    A_DAY,
    ACKNOWLEDGES,
    AN_HOUR,
    BEGIN,
    BOUNCES,
    CALENDAR,
    CHASES,
    REMEMBERS,
    Message,
    Year,
)
from odzew.domain import cover, escalation, journal, opening, ranking, worktime
from odzew.domain.escalation import Step
from odzew.domain.obligation import Kind, Obligation, State

ANSWER_WITHIN = timedelta(hours=8)  # of working time
STEPS = {Step.LEAD: timedelta(hours=4), Step.MANAGER: timedelta(hours=8)}
AN_HOURS_WORK = 6  # letters a person writes in an hour
AFTERWARDS = 28 * A_DAY  # in which nobody writes any more


class Broken(Exception):
    """A law of the books does not hold."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the desk takes for an answer, and whose the debts of the absent are; as they stand, ours.

    Other desks are dealt with kindly: new matters go only to who is there, every bounce opens its
    ticket again, and half of those who acknowledged come back to it without a list.
    """

    any_letter_pays: bool = False
    the_absent_keep: bool = False


PEERS = {
    "any letter that goes out stops the clock": Rules(any_letter_pays=True),
    "the absent keep their tickets": Rules(the_absent_keep=True),
    "both": Rules(any_letter_pays=True, the_absent_keep=True),
}


class Desk:
    """One desk. `waiting` is what customers are truly owed, by matter, whatever the books say."""

    def __init__(self, year: Year, rules: Rules, *, strict: bool | None = None) -> None:
        self.year, self.rules = year, rules
        self.strict = rules == Rules() if strict is None else strict
        self.books: dict[int, Obligation] = {}
        self.journal: list[journal.Entry] = []
        self.of_matter: dict[int, list[int]] = defaultdict(list)
        self.resting: dict[int, set[int]] = defaultdict(set)
        self.lists: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        self.alarms: list[tuple[datetime, int]] = []
        self.away: Counter[int] = Counter()
        self.waiting: dict[int, datetime] = {}
        self.hidden: dict[int, datetime] = {}
        self.unseen: dict[int, timedelta] = defaultdict(timedelta)
        self.written: Counter[int] = Counter()
        self.matters = self.chasers = self.bounces = self.replays = 0
        self.events: list[tuple[datetime, int, str, Any]] = []
        self.order = count()
        self.touched: set[int] = set()
        self.cut_short = False

    def play(self) -> "Desk":
        """Live through the year and four weeks more, and return itself.

        :raises Broken: when a law does not hold at some moment
        """
        end = self.year.end + AFTERWARDS
        self._plan(end)
        while self.events and self.events[0][0] <= end:
            at, _, what, about = heapq.heappop(self.events)
            getattr(self, f"_on_{what}")(about, at)
            self._check(self.touched, at)
            self.touched.clear()
        for matter, since in self.hidden.items():
            self.unseen[matter] += end - since
        if self.strict and (self.waiting or self.unseen):
            raise Broken(f"{len(self.waiting)} never answered, {len(self.unseen)} unseen")
        return self

    def _plan(self, end: datetime) -> None:
        for message in self.year.messages:
            self._later(message.at, "message", message)
        for absence in self.year.absences:
            self._later(absence.since, "leave", absence)
            if absence.until:
                self._later(absence.until, "back", absence)
        for crash in self.year.crashes:
            self._later(crash, "crash", None)
        for hour in range(int((end - BEGIN) / AN_HOUR)):
            self._later(BEGIN + hour * AN_HOUR, "hour", None)

    # What happens

    def _on_message(self, message: Message, at: datetime) -> None:
        known = [self.books[n] for n in self.of_matter[message.matter]]
        self.matters += not known
        verdict = opening.judge(automatic=message.automatic, received_at=at, debts=known, under_way=())
        if isinstance(verdict, opening.Nothing):
            return
        by = f"customer:{message.matter}"
        if message.matter not in self.waiting:
            self.waiting[message.matter] = at
            self._maybe_chases(message.matter, at, 0)
        if isinstance(verdict, opening.Join):
            self._post(journal.Joined(obligation=verdict.debt, at=at, by=by))
            return
        owner = known[-1].instead_of or known[-1].owner if known else None
        self._post(self._opened(message.matter, at, by, owner))

    def _opened(self, matter: int, at: datetime, by: str, before: int | None) -> journal.Opened:
        team = matter % self.year.teams
        seat = self._seat(before, team, at) if before is None or not self.rules.the_absent_keep else before
        return journal.Opened(
            obligation=len(self.books) + 1, at=at, by=by, what=Kind.ANSWER, customer=matter,
            conversation=matter, owner=seat, team=team + 1, since=at,
            due=worktime.add(CALENDAR, at, ANSWER_WITHIN),
            instead_of=before if before not in (None, seat) else None,
        )  # fmt: skip

    def _maybe_chases(self, matter: int, at: datetime, turn: int) -> None:
        if self.year.luck(matter, f"chase {at}", turn) < CHASES:
            after = (2 + 5 * self.year.luck(matter, f"patience {at}", turn)) * A_DAY
            self._later(at + after, "chase", (matter, self.waiting[matter], turn))

    def _on_chase(self, about: tuple[int, datetime, int], at: datetime) -> None:
        matter, since, turn = about
        if self.waiting.get(matter) == since:
            self.chasers += 1
            self._on_message(Message(at, matter), at)
            self._maybe_chases(matter, at, turn + 1)

    def _on_hour(self, _: None, at: datetime) -> None:
        self._escalate(at)
        if worktime.is_open(CALENDAR, at):
            for person in self._there():
                self._work(person, at)
        if at.hour == 0:
            self._check(self.books, at)

    def _on_bounce(self, about: tuple[int, datetime], at: datetime) -> None:
        matter, since = about
        self.bounces += 1
        self.waiting.setdefault(matter, since)
        debt = self.of_matter[matter][-1]
        if self.books[debt].state is State.OPEN:
            return
        self._post(journal.Reopened(obligation=debt, at=at, by="desk"))
        if not self.rules.the_absent_keep:
            self._move([debt], at)

    def _on_memory(self, about: tuple[int, int, datetime], at: datetime) -> None:
        person, matter, since = about
        if self.waiting.get(matter) == since and not self.away[person]:
            self._answer(person, matter, at)

    def _on_leave(self, absence: cover.Absence, at: datetime) -> None:
        self.away[absence.who] += 1
        self.touched |= self.resting[absence.who]
        if not self.rules.the_absent_keep:
            self._move(sorted(self.resting[absence.who]), at)
        self._look_at(absence.who, at)

    def _on_back(self, absence: cover.Absence, at: datetime) -> None:
        self.away[absence.who] -= 1
        if self.away[absence.who]:
            return
        mine = [d for ns in self.resting.values() for d in ns if self.books[d].instead_of == absence.who]
        for number in sorted(mine):
            debt = self.books[number]
            back = journal.HandedOver(obligation=number, at=at, by="desk", owner=absence.who, team=debt.team)
            self._post(back)
        self._look_at(absence.who, at)

    def _on_crash(self, _: None, at: datetime) -> None:
        # What was in memory is gone; the journal is what there is. The letter just sent was not booked.
        if journal.replay(self.journal) != self.books:
            raise Broken("The journal and the books differ.")
        self.replays += 1
        self.cut_short = True
        self.lists.clear()
        for person, numbers in self.resting.items():
            self.lists[person] = [(ranking.press_at(self.books[n]), n) for n in numbers]
            heapq.heapify(self.lists[person])
        self._check(self.books, at)

    # What people do

    def _work(self, person: int, at: datetime) -> None:
        done, later = 0, []
        while done < AN_HOURS_WORK and self.lists[person]:
            item = heapq.heappop(self.lists[person])
            debt = self.books[item[1]]
            if debt.owner != person or debt.state is not State.OPEN or ranking.press_at(debt) != item[0]:
                continue
            done += 1
            if not self._write(person, debt, at):
                later.append(item)
        for item in later:
            heapq.heappush(self.lists[person], item)

    def _write(self, person: int, debt: Obligation, at: datetime) -> bool:
        """Write a letter; return whether it leaves the list."""
        matter = debt.customer
        if self.year.luck(matter, "acknowledges", self.written[matter]) >= ACKNOWLEDGES:
            return self._answer(person, matter, at)
        self.written[matter] += 1
        if not self.rules.any_letter_pays:
            return False
        if matter in self.waiting and self.year.luck(matter, "remembers", self.written[matter]) < REMEMBERS:
            soon = at + (1 + self.year.luck(matter, "when", self.written[matter])) * A_DAY
            self._later(soon, "memory", (person, matter, self.waiting[matter]))
        self._post(journal.Paid(obligation=debt.id, at=at, by=f"person:{person}"))
        return True

    def _answer(self, person: int, matter: int, at: datetime) -> bool:
        self.written[matter] += 1
        if self.cut_short:  # sent, but the machine fell over before it was booked: in doubt, and still owed
            self.cut_short = False
            return False
        owed = [n for n in self.of_matter[matter] if self.books[n].state is State.OPEN]
        since = self.waiting.pop(matter, None)
        for number in owed:
            self._post(journal.Paid(obligation=number, at=at, by=f"person:{person}"))
        if since is not None and self.year.luck(matter, "bounces", self.written[matter]) < BOUNCES:
            hours = 3 * self.year.luck(matter, "how soon", self.written[matter])
            self._later(at + hours * AN_HOUR, "bounce", (matter, since))
        self._look(matter, at)
        return True

    # The books

    def _post(self, entry: journal.Entry) -> None:
        before = self.books.get(entry.obligation)
        debt = journal.apply(before, entry)
        self.journal.append(entry)
        self.books[debt.id] = debt
        self.touched.add(debt.id)
        if before is None:
            self.of_matter[debt.customer].append(debt.id)
        if before is not None and before.owner in self.resting:
            self.resting[before.owner].discard(debt.id)
        if debt.state is State.OPEN:
            self.resting[debt.owner].add(debt.id)
            heapq.heappush(self.lists[debt.owner], (ranking.press_at(debt), debt.id))
            if debt.alarm_at and (before is None or before.alarm_at != debt.alarm_at):
                heapq.heappush(self.alarms, (debt.alarm_at, debt.id))
        self._look(debt.customer, entry.at)

    def _escalate(self, at: datetime) -> None:
        while self.alarms and self.alarms[0][0] <= at:
            moment, number = heapq.heappop(self.alarms)
            debt = self.books[number]
            if debt.state is not State.OPEN or debt.alarm_at != moment:
                continue
            step, following = escalation.reached(debt.escalated, moment, at, STEPS, self._worked)
            to = debt.owner if step == Step.OWNER else min(self._there(), default=debt.owner)
            self._post(
                journal.Escalated(obligation=number, at=at, by="desk", step=step, to=to, next_at=following)
            )

    @staticmethod
    def _worked(moment: datetime, length: timedelta) -> datetime:
        return worktime.add(CALENDAR, moment, length)

    def _there(self) -> list[int]:
        return [person for person in range(1, self.year.people + 1) if not self.away[person]]

    def _seat(self, person: int | None, team: int, at: datetime) -> int:
        if person is not None and not self.away[person]:
            return person
        there = self._there()
        here = [a for a in self.year.absences if a.holds(at)] if person is not None else []
        standing = cover.Standing(None, ())
        if person is not None:
            standing = cover.stand_in(person, at, here, there)
        pools = ([p for p in there if self.year.team(p) == team], there)
        loads = {p: float(len(self.resting[p])) for p in there}
        found = cover.accountable(standing, pools, loads)
        if found is None:
            raise Broken(f"Nobody is there at {at}.")
        return found

    def _move(self, debts: Iterable[int], at: datetime) -> None:
        for number in debts:
            debt = self.books[number]
            if not self.away[debt.owner]:
                continue
            right = debt.instead_of or debt.owner
            owner = self._seat(right, debt.team - 1, at)
            self._post(
                journal.HandedOver(
                    obligation=number,
                    at=at,
                    by="desk",
                    owner=owner,
                    team=debt.team,
                    instead_of=right if right != owner else None,
                )  # fmt: skip
            )

    # Who is seen

    def _look_at(self, person: int, at: datetime) -> None:
        for number in list(self.resting[person]):
            self._look(self.books[number].customer, at)

    def _look(self, matter: int, at: datetime) -> None:
        """Note whether what a customer is truly owed stands on the list of somebody who is there."""
        owed = (self.books[n] for n in self.of_matter[matter])
        seen = any(d.state is State.OPEN and not self.away[d.owner] for d in owed)
        if matter in self.waiting and not seen:
            self.hidden.setdefault(matter, at)
        elif (since := self.hidden.pop(matter, None)) is not None and at > since:
            self.unseen[matter] += at - since

    def _check(self, debts: Iterable[int], at: datetime) -> None:
        if not self.strict:
            return
        for number in debts:
            debt = self.books[number]
            if debt.state is State.OPEN and self.away[debt.owner]:
                raise Broken(f"Debt {number} rests on {debt.owner}, who is away at {at} (law 7).")

    def _later(self, at: datetime, what: str, about: Any) -> None:
        heapq.heappush(self.events, (at, next(self.order), what, about))
