"""When a team has to have answered."""

import logging
from datetime import datetime

from odzew.domain import worktime
from odzew.staff.hours import BadHours
from odzew.staff.models import Team

# A zone or a country nobody knows, a day that is none, something else where a list should be.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
log = logging.getLogger(__name__)


def answer_due(team: Team, since: datetime) -> datetime:
    """Return the instant at which the team's answer time has passed, in its working hours.

    A team whose hours are never open or cannot be read has them ignored, and said so in the log: a
    debt that could not be dated would be a message that cannot be kept.
    """
    try:
        return worktime.add(team.calendar, since, team.answer_time)
    except (worktime.NeverOpen, BadHours, *UNREADABLE) as error:
        log.error("Team %s: %s; its answers are dated around the clock.", team.pk, error)
        return worktime.add(worktime.ALWAYS, since, team.answer_time)
