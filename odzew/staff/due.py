"""When a team has to have answered."""

import logging
from datetime import datetime

from odzew.domain import worktime
from odzew.staff.models import Team

log = logging.getLogger(__name__)


def answer_due(team: Team, since: datetime) -> datetime:
    """Return the instant at which the team's answer time has passed, in its working hours.

    A team whose hours are never open has them ignored, and said so in the log: a debt that could
    not be dated would be a message that cannot be kept.
    """
    try:
        return worktime.add(team.calendar, since, team.answer_time)
    except worktime.NeverOpen:
        log.error("Team %s is never open; its answers are dated around the clock.", team.pk)
        return worktime.add(worktime.ALWAYS, since, team.answer_time)
