"""What lies so much of a team's working time later."""

import logging
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
    """Return the instant at which so much of the team's working time has passed.

    A team whose hours are never open or cannot be read has them ignored, and said so in the log: a
    debt that could not be dated would be a message that cannot be kept.
    """
    try:
        return worktime.add(team.calendar, since, length)
    except (worktime.NeverOpen, BadHours, *UNREADABLE) as error:
        log.error("Team %s: %s; its debts are dated around the clock.", team.pk, error)
        return worktime.add(worktime.ALWAYS, since, length)
