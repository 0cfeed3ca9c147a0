"""Debts that fall due: found by one index, escalated step by step, each step once.

Whoever holds the books looks again before writing, so any number of workers takes each step once;
what has been taken moves its alarm on, so a clock that is set back takes none twice.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from odzew.domain import escalation, journal
from odzew.domain.escalation import Step
from odzew.domain.obligation import Obligation
from odzew.ledger import attendance, books, reasons
from odzew.ledger.mapping import debts_of
from odzew.ledger.models import Head, Owed
from odzew.staff.assignment import Roster
from odzew.staff.due import by_hours_of
from odzew.staff.models import Person, Team

AT_ONCE = 500
A_DAY = timedelta(days=1)


def step(now: datetime) -> int:
    """Take the step of the debts whose alarm has come, the earliest first, and return how many there were.

    While none has, this is one look at the end of an index, and takes no lock.
    """
    if not due(now).exists():
        return 0
    with transaction.atomic():
        Head.held()
        debts = debts_of(due(now).order_by("alarm_at")[:AT_ONCE])
        if debts:
            books.post(_Round(debts, now).entries(), known=debts)
    return len(debts)


def known_late(debt: Obligation, now: datetime, reason: str) -> Obligation:
    """Let the lead have a debt that was late before it was opened here, in one step, and no other follow.

    `reason` says where it was late; who makes notices and calls of the journal's lines passes it over. What
    is not late yet takes its steps as every debt does.
    """
    if debt.due_at > now:
        return debt
    told = _Round([debt], now).to(Step.LEAD, debt)
    line = journal.Escalated(
        obligation=debt.id, at=now, by="desk", reason=reason, step=Step.LEAD, to=told, next_at=None
    )
    return books.post([line])[0]


def due(now: datetime) -> "QuerySet[Owed]":
    """Return the open debts somebody has to look at by now."""
    return Owed.objects.open().filter(alarm_at__lte=now)


class _Round:
    """What is known of teams and people while one batch is escalated."""

    def __init__(self, debts: Iterable[Obligation], now: datetime) -> None:
        self.debts = list(debts)
        self.now = now
        self.teams = Team.objects.in_bulk({debt.team for debt in self.debts})
        self.terms = {number: (_steps(team), by_hours_of(team)) for number, team in self.teams.items()}
        self.taken: set[int] = set()

    @cached_property
    def roster(self) -> Roster:
        # Not for a first step: whoever owes a debt is there (law 7), and is told himself.
        return Roster({}, self.now)

    @cached_property
    def acted(self) -> dict[int, datetime | None]:
        return dict(Person.objects.exclude(acted_at=None).values_list("pk", "acted_at"))

    def entries(self) -> list[journal.Entry]:
        return [entry for debt in self.debts for entry in self._entries(debt, self.teams[debt.team])]

    def _entries(self, debt: Obligation, team: Team) -> Iterable[journal.Entry]:
        step, next_at = escalation.reached(
            debt.escalated, debt.alarm_at or debt.due_at, self.now, *self.terms[debt.team]
        )
        yield journal.Escalated(
            obligation=debt.id,
            at=self.now,
            by="desk",
            step=step,
            to=self._to(step, debt, team),
            next_at=next_at,
        )
        # Once: who has it then is told by the steps that follow.
        reaches_lead = debt.escalated < Step.LEAD <= step
        if reaches_lead and team.takes_from_silent and self._is_silent(debt):
            yield from self._taken(debt, team)

    def to(self, step: Step, debt: Obligation) -> int:
        """Return who has to know of a debt at a step."""
        return self._to(step, debt, self.teams[debt.team])

    def _to(self, step: Step, debt: Obligation, team: Team) -> int:
        if step is Step.OWNER:
            return debt.owner
        lead = self._there(team.lead_id) if step is Step.LEAD else None
        # A lead who owes it himself knows; the next one has to.
        if lead is not None and lead != debt.owner:
            return lead
        return self._there(team.manager_id) or self._administrator() or lead or debt.owner

    def _there(self, person: int | None) -> int | None:
        return self.roster.presence.stand_in(person).who if person is not None else None

    def _administrator(self) -> int | None:
        return next((person for person in self.roster.administrators if person in self.roster.there), None)

    def _is_silent(self, debt: Obligation) -> bool:
        acted = self.acted.get(debt.owner)
        return acted is None or acted < debt.due_at

    def _taken(self, debt: Obligation, team: Team) -> Iterable[journal.Entry]:
        """Return the entries that take from a silent owner what is late, and what would be today."""
        until = _end_of_day(team, self.now)
        # Who has done nothing today either may be no more there than the owner.
        awake = {person for person, acted in self.acted.items() if acted and acted >= until - A_DAY}
        other = self.roster.other_than(debt.owner, team, awake)
        if other is None or debt.id in self.taken:
            return
        for one in books.resting_on(debt.owner):
            is_urgent = one.id == debt.id or (one.team == team.pk and one.due_at < until)
            if is_urgent and one.id not in self.taken:
                self.taken.add(one.id)
                yield attendance.handed_over(one, other, reasons.SILENT, self.now)


def _steps(team: Team) -> dict[Step, timedelta]:
    return {
        Step.LEAD: timedelta(minutes=team.lead_after_minutes),
        Step.MANAGER: timedelta(minutes=team.manager_after_minutes),
    }


def _end_of_day(team: Team, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(team.timezone))
    return datetime.combine(local.date() + A_DAY, time.min, local.tzinfo)
