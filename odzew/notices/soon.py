"""Debts about to become late: looked at when the moment comes, so it costs what is due, not what is open."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from odzew.domain import journal, worktime
from odzew.domain.obligation import Obligation, State
from odzew.domain.worktime import Calendar
from odzew.ledger import books
from odzew.lib.rows import insert_rows
from odzew.notices import tuning
from odzew.notices.models import Kind, Watch
from odzew.notices.news import News, about
from odzew.staff.due import counted_hours
from odzew.staff.models import Team

BEGINS = (journal.Opened, journal.HandedOver, journal.Reopened, journal.Postponed)
ENDS = (journal.Paid, journal.Waived, journal.Escalated)


def moment(debt: Obligation, hours: Calendar, before: timedelta, since: datetime) -> datetime:
    """Return when its owner is told: so much of the team's working time before it is due.

    When it begins later than that, half way: who has ten minutes is told after five.
    """
    try:
        at = worktime.subtract(hours, debt.due_at, before)
    except worktime.NeverOpen:  # a firm that has only just opened: no working time lies behind it
        at = debt.due_at - before
    return at if at > since else since + max(debt.due_at - since, timedelta()) / 2


def follow(lines: Iterable[journal.Entry], debts: Mapping[int, Obligation]) -> None:
    """Watch the debts that lines begin, give another owner or another date; leave those they end."""
    since: dict[int, datetime | None] = {}
    for line in lines:
        if isinstance(line, BEGINS):
            since[line.obligation] = line.at
        elif isinstance(line, ENDS):
            since[line.obligation] = None
    Watch.objects.filter(pk__in=list(since)).delete()
    begun = [(debts[number], at) for number, at in since.items() if at is not None]
    watched = [(debt, at) for debt, at in begun if debt.state is State.OPEN and debt.due_at > at]
    told = _Moments(debt for debt, _at in watched)
    insert_rows([Watch(obligation=d.id, person_id=d.owner, at=told.of(d, at)) for d, at in watched])


def due(now: datetime, at_most: int) -> list[News]:
    """Return what is to be told of debts whose moment has come, the earliest first, and watch them no more.

    One whose moment was set before its owner chose another is looked at again then.
    """
    rows = list(Watch.objects.filter(at__lte=now).order_by("at")[:at_most])
    if not rows:
        return []
    debts = {debt.id: debt for debt in books.debts(row.pk for row in rows)}
    open_ones = [debt for debt in debts.values() if debt.state is State.OPEN and debt.due_at > now]
    moments = _Moments(open_ones)
    at = {debt.id: moments.of(debt, debt.opened_at) for debt in open_ones}
    later = [row for row in rows if row.pk in at and at[row.pk] > now]
    Watch.objects.filter(pk__in=[row.pk for row in rows]).delete()
    insert_rows([Watch(obligation=r.pk, person_id=debts[r.pk].owner, at=at[r.pk]) for r in later])
    return [_news(debt, now) for debt in open_ones if at[debt.id] <= now]


def again(person: int, now: datetime) -> None:
    """Look again at what a person owes, because she wants to be told at another time."""
    Watch.objects.filter(person=person).update(at=now)


class _Moments:
    def __init__(self, debts: Iterable[Obligation]) -> None:
        found = list(debts)
        due = {debt.team: debt.due_at for debt in found}
        self.hours = {team.pk: counted_hours(team, due[team.pk]) for team in Team.objects.filter(pk__in=due)}
        self.wishes = tuning.of_all({debt.owner for debt in found})

    def of(self, debt: Obligation, since: datetime) -> datetime:
        before = timedelta(minutes=self.wishes[debt.owner].warn_minutes)
        return moment(debt, self.hours[debt.team], before, since)


def _news(debt: Obligation, now: datetime) -> News:
    return News(
        person=debt.owner,
        kind=Kind.SOON,
        about=about(debt.id),
        at=now,
        conversation=debt.conversation,
        obligation=debt.id,
    )
