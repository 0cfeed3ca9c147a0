"""Who has to know of a debt that fell due unpaid: its owner, then the lead, then the manager."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import IntEnum

Later = Callable[[datetime, timedelta], datetime]


class Step(IntEnum):
    """How far it was carried; each is taken once, in this order."""

    OWNER = 1
    LEAD = 2
    MANAGER = 3


def reached(
    taken: int, alarm_at: datetime, now: datetime, after: Mapping[Step, timedelta], later: Later
) -> tuple[Step, datetime | None]:
    """Return the furthest step whose moment has come, and when the one behind it comes.

    `after` says how much working time (`later`) lies before a step; one without any is left out.
    Steps that were missed while the desk was down are taken as one: nobody is told three times at once.
    """
    step, at = _following(taken, after) or Step.MANAGER, alarm_at
    while following := _following(step, after):
        next_at = later(at, after[following])
        if next_at > now:
            return step, next_at
        step, at = following, next_at
    return step, None


def _following(taken: int, after: Mapping[Step, timedelta]) -> Step | None:
    return next((step for step in Step if step > taken and (step is Step.OWNER or after.get(step))), None)
