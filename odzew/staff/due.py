"""What lies so much of a team's working time later."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from odzew.domain import worktime
from odzew.staff.hours import BadHours
from odzew.staff.models import Team

# A zone or a country nobody knows, a day that is none, something else where a list should be.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
log = logging.getLogger(__name__)


def counted_hours(team: Team, at: datetime) -> worktime.Calendar:
    """Return the hours by which the team's debts are dated at a moment: `later` says when not its own."""
    try:
        worktime.next_opening(team.calendar, at)
    except (worktime.NeverOpen, BadHours, *UNREADABLE):
        return worktime.ALWAYS
    return team.calendar


def later(team: Team, since: datetime, length: timedelta) -> datetime:
    """Return the instant at which so much of the team's working time has passed (see `by_hours_of`)."""
    return by_hours_of(team)(since, length)


def by_hours_of(team: Team) -> Callable[[datetime, timedelta], datetime]:
    """Return what dates by the working time of a team, whose hours are read once.

    A team whose hours are never open or cannot be read has them ignored, and said so in the log: a
    debt that could not be dated would be a message that cannot be kept.
    """

    def unreadable(error: Exception) -> worktime.Calendar:
        log.error("Team %s: %s; its debts are dated around the clock.", team.pk, error)
        return worktime.ALWAYS

    def later(since: datetime, length: timedelta) -> datetime:
        try:
            return worktime.add(hours, since, length)
        except (worktime.NeverOpen, *UNREADABLE) as error:
            return worktime.add(unreadable(error), since, length)

    try:
        hours = team.calendar
    except (BadHours, *UNREADABLE) as error:
        hours = unreadable(error)
    return later
