"""A desk that lives through a year by the rules of the books, or by those of another desk."""

import heapq
from collections import Counter
from datetime import datetime
from itertools import count
from typing import Any

from bench.paper import Paper
from bench.rules import AFTERWARDS, AN_HOURS_WORK, ANSWER_WITHIN, Broken, Rules
from bench.seats import Seats
from bench.witness import Witness
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
from odzew.domain import cover, journal, opening, worktime
from odzew.domain.obligation import Kind, Obligation, State


class Desk:
    """One desk: what happens to it, and what its people do."""

    def __init__(self, year: Year, rules: Rules, *, strict: bool | None = None) -> None:
        self.year, self.rules = year, rules
        self.strict = rules == Rules() if strict is None else strict
        self.paper, self.witness = Paper(), Witness()
        self.seats = Seats(year, self.paper, self.witness, strict=self.strict)
        self.written: Counter[int] = Counter()
        self.matters = self.chasers = self.bounces = 0
        self.events: list[tuple[datetime, int, str, Any]] = []
        self.order, self.cut_short = count(), False

    def play(self) -> "Desk":
        """Live through the year and four weeks more, and return itself.

        :raises Broken: when a law does not hold at some moment
        """
        end = self.year.end + AFTERWARDS
        self._plan(end)
        while self.events and self.events[0][0] <= end:
            at, _, what, about = heapq.heappop(self.events)
            getattr(self, f"_on_{what}")(about, at)
            self.seats.check(self.paper.touched, at)
            self.paper.touched.clear()
        self.witness.end(end)
        if self.strict and (self.witness.waiting or self.witness.unseen):
            raise Broken(f"{len(self.witness.waiting)} never answered, {len(self.witness.unseen)} unseen")
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
        known = [self.paper.books[n] for n in self.paper.of_matter[message.matter]]
        self.matters += not known
        verdict = opening.judge(automatic=message.automatic, received_at=at, debts=known, under_way=())
        if isinstance(verdict, opening.Nothing):
            return
        by = f"customer:{message.matter}"
        if message.matter not in self.witness.waiting:
            self.witness.waiting[message.matter] = at
            self._maybe_chases(message.matter, at, 0)
        if isinstance(verdict, opening.Join):
            self.seats.post(journal.Joined(obligation=verdict.debt, at=at, by=by))
            return
        owner = known[-1].instead_of or known[-1].owner if known else None
        self.seats.post(self._opened(message.matter, at, by, owner))

    def _opened(self, matter: int, at: datetime, by: str, before: int | None) -> journal.Opened:
        team = matter % self.year.teams
        seat = (
            self.seats.seat(before, team, at) if before is None or not self.rules.the_absent_keep else before
        )
        return journal.Opened(
            obligation=len(self.paper.books) + 1, at=at, by=by, what=Kind.ANSWER, customer=matter,
            conversation=matter, owner=seat, team=team + 1, since=at,
            due=worktime.add(CALENDAR, at, ANSWER_WITHIN),
            instead_of=before if before not in (None, seat) else None,
        )  # fmt: skip

    def _maybe_chases(self, matter: int, at: datetime, turn: int) -> None:
        if self.year.luck(matter, f"chase {at}", turn) < CHASES:
            after = (2 + 5 * self.year.luck(matter, f"patience {at}", turn)) * A_DAY
            self._later(at + after, "chase", (matter, self.witness.waiting[matter], turn))

    def _on_chase(self, about: tuple[int, datetime, int], at: datetime) -> None:
        matter, since, turn = about
        if self.witness.waiting.get(matter) == since:
            self.chasers += 1
            self._on_message(Message(at, matter), at)
            self._maybe_chases(matter, at, turn + 1)

    def _on_hour(self, _: None, at: datetime) -> None:
        self.seats.escalate(at)
        if worktime.is_open(CALENDAR, at):
            for person in self.seats.there():
                self._work(person, at)
        if at.hour == 0:
            self.seats.check(self.paper.books, at)

    def _on_bounce(self, about: tuple[int, datetime], at: datetime) -> None:
        matter, since = about
        self.bounces += 1
        self.witness.waiting.setdefault(matter, since)
        debt = self.paper.of_matter[matter][-1]
        if self.paper.books[debt].state is State.OPEN:
            return
        self.seats.post(journal.Reopened(obligation=debt, at=at, by="desk"))
        if not self.rules.the_absent_keep:
            self.seats.move([debt], at)

    def _on_memory(self, about: tuple[int, int, datetime], at: datetime) -> None:
        person, matter, since = about
        if self.witness.waiting.get(matter) == since and not self.seats.away[person]:
            self._answer(person, matter, at)

    def _on_leave(self, absence: cover.Absence, at: datetime) -> None:
        self.seats.away[absence.who] += 1
        self.paper.touched |= self.paper.resting[absence.who]
        if not self.rules.the_absent_keep:
            self.seats.move(sorted(self.paper.resting[absence.who]), at)
        self.seats.look_at(absence.who, at)

    def _on_back(self, absence: cover.Absence, at: datetime) -> None:
        self.seats.away[absence.who] -= 1
        if self.seats.away[absence.who]:
            return
        self.seats.hand_back(absence.who, at)
        self.seats.look_at(absence.who, at)

    def _on_crash(self, _: None, at: datetime) -> None:
        self.paper.replay()
        self.cut_short = True  # the letter just sent was not booked
        self.seats.check(self.paper.books, at)

    # What people do

    def _work(self, person: int, at: datetime) -> None:
        done, later = 0, []
        while done < AN_HOURS_WORK and (debt := self.paper.take(person)):
            done += 1
            if not self._write(person, debt, at):
                later.append(debt)
        for debt in later:
            self.paper.put_back(person, debt)

    def _write(self, person: int, debt: Obligation, at: datetime) -> bool:
        """Write a letter; return whether it leaves the list."""
        matter = debt.customer
        if self.year.luck(matter, "acknowledges", self.written[matter]) >= ACKNOWLEDGES:
            return self._answer(person, matter, at)
        self.written[matter] += 1
        if not self.rules.any_letter_pays:
            return False
        if (
            matter in self.witness.waiting
            and self.year.luck(matter, "remembers", self.written[matter]) < REMEMBERS
        ):
            soon = at + (1 + self.year.luck(matter, "when", self.written[matter])) * A_DAY
            self._later(soon, "memory", (person, matter, self.witness.waiting[matter]))
        self.seats.post(journal.Paid(obligation=debt.id, at=at, by=f"person:{person}"))
        return True

    def _answer(self, person: int, matter: int, at: datetime) -> bool:
        self.written[matter] += 1
        if self.cut_short:  # sent, but the machine fell over before it was booked: in doubt, and still owed
            self.cut_short = False
            return False
        owed = [n for n in self.paper.of_matter[matter] if self.paper.books[n].state is State.OPEN]
        since = self.witness.waiting.pop(matter, None)
        for number in owed:
            self.seats.post(journal.Paid(obligation=number, at=at, by=f"person:{person}"))
        if since is not None and self.year.luck(matter, "bounces", self.written[matter]) < BOUNCES:
            hours = 3 * self.year.luck(matter, "how soon", self.written[matter])
            self._later(at + hours * AN_HOUR, "bounce", (matter, since))
        self.seats.look(matter, at)
        return True

    def _later(self, at: datetime, what: str, about: Any) -> None:
        heapq.heappush(self.events, (at, next(self.order), what, about))
