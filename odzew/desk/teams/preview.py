"""What working hours mean, shown before they are kept: when a mail is due that comes at an odd moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from odzew.domain import worktime
from odzew.domain.worktime import Calendar
from odzew.lib import words
from odzew.staff.due import later
from odzew.staff.models import Team

A_DAY = timedelta(days=1)
MONDAY, FRIDAY, SATURDAY = 0, 4, 5
FAR = 120  # days to look ahead for a day off


@dataclass(frozen=True, slots=True)
class Case:
    """One mail that could come, and when its answer would be due."""

    comes: str
    due: str


def cases(team: Team, now: datetime, length: timedelta | None = None) -> list[Case]:
    """Return some telling moments from now on, with when each is due after the team's time, or `length`.

    :raises worktime.NeverOpen: when the hours are never open
    """
    language, zone = get_language() or "en", ZoneInfo(team.timezone)
    calendar, given = team.calendar, team.answer_time if length is None else length
    return [
        Case(
            comes=words.moment_words(moment, now, team.timezone, language),
            due=words.moment_words(worktime.add(calendar, moment, given), now, team.timezone, language),
        )
        for moment in _moments(calendar, now.astimezone(zone), zone)
    ]


def saturday(team: Team, now: datetime, length: timedelta) -> Case:
    """Return when something is due that comes on Saturday at two o'clock and may take so long."""
    language, zone = get_language() or "en", ZoneInfo(team.timezone)
    comes = datetime.combine(_next(now.astimezone(zone).date(), SATURDAY), time(14, 0), zone)
    at = (comes, later(team, comes, length))
    return Case(*(words.moment_words(moment, now, team.timezone, language) for moment in at))


def _moments(calendar: Calendar, here: datetime, zone: ZoneInfo) -> list[datetime]:
    today = here.date()
    asked = [
        (_next(today, MONDAY), time(8, 0)),
        (_next(today, FRIDAY), time(16, 30)),
        (_next(today, SATURDAY), time(14, 0)),
    ]
    if off := _day_off(calendar, today):
        asked.append((off - A_DAY, time(15, 0)))
    return sorted(datetime.combine(day, clock, zone) for day, clock in asked)


def _next(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day_off(calendar: Calendar, today: date) -> date | None:
    days = (today + timedelta(days=n) for n in range(2, FAR))
    off = {*calendar.holidays, *(day for day, spans in calendar.special.items() if not spans)}
    return next((day for day in days if day in off), None)
