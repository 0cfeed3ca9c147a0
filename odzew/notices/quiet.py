"""When a person may be disturbed: not at night unless she wants it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odzew.domain import worktime
from odzew.domain.worktime import Calendar
from odzew.notices.tuning import Quiet, Tuning
from odzew.staff.absence import Absence
from odzew.staff.due import counted_hours
from odzew.staff.models import Person, Team

NIGHT = (time(21), time(7))  # of whoever's teams are never closed


def loud_at(tuning: Tuning, at: datetime) -> datetime:
    """Return the first moment from `at` on at which she may be disturbed."""
    if tuning.quiet == Quiet.NEVER:
        return at
    person = Person.objects.get(pk=tuning.person_id)
    away = Absence.objects.filter(person=person, state=Absence.State.BEGUN, ends_at__gt=at)
    at = max([at, *away.values_list("ends_at", flat=True)])
    if tuning.quiet == Quiet.SPAN and tuning.quiet_from and tuning.quiet_until:
        return after(tuning.quiet_from, tuning.quiet_until, ZoneInfo(person.timezone), at)
    hours = calendars(person, at)
    if not hours or worktime.ALWAYS in hours:
        return after(*NIGHT, ZoneInfo(person.timezone), at)
    return min(worktime.next_opening(one, at) for one in hours)


def calendars(person: Person, at: datetime) -> list[Calendar]:
    """Return the hours of a person's teams."""
    return [counted_hours(team, at) for team in Team.objects.filter(members=person)]


def after(begin: time, end: time, zone: ZoneInfo, at: datetime) -> datetime:
    """Return `at`, or the end of the span of each day it lies in; a span may go past midnight."""
    local = at.astimezone(zone)
    hour = local.time()
    within = begin <= hour < end if begin <= end else hour >= begin or hour < end
    if not within:
        return at
    day = local.date() if hour < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(at.tzinfo)
