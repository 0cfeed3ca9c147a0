"""Working time: how much of it lies between two moments, and what lies so much of it away.

Moments come in aware and go out in UTC. A duration is real elapsed time, exact to the microsecond.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from odzew.domain.hours import ALWAYS, Calendar, Spans, instant, micros, moment_at, spans_of

__all__ = [
    "ALWAYS",
    "Calendar",
    "NeverOpen",
    "Spans",
    "add",
    "add_days",
    "between",
    "end_of_calendar_day",
    "end_of_day",
    "end_of_next_working_day",
    "is_open",
    "next_opening",
    "subtract",
]

_MICROSECOND = timedelta(microseconds=1)
_HORIZON = 3653
"""Days, ten years, of nothing but closed days after which a calendar counts as never open."""


class NeverOpen(ValueError):
    """The calendar has no working time within ten years of the moment."""


def add(calendar: Calendar, moment: datetime, duration: timedelta) -> datetime:
    """Return the instant at which `duration` of working time has passed since `moment`.

    At the very end of a span it stays there; nothing added to a closed moment gives the opening.

    :raises NeverOpen: when ten years hold no working time.
    """
    left, at = duration // _MICROSECOND, micros(moment)
    if left < 0:
        return subtract(calendar, moment, -duration)
    for opens, closes in _onwards(calendar, at):
        begins = max(at, opens)
        if left <= closes - begins:
            return moment_at(begins + left)
        left -= closes - begins
    raise AssertionError("the spans onwards have no end")


def subtract(calendar: Calendar, moment: datetime, duration: timedelta) -> datetime:
    """Return the instant from which `duration` of working time passes until `moment`.

    :raises NeverOpen: when ten years hold no working time.
    """
    left, at = duration // _MICROSECOND, micros(moment)
    if left < 0:
        return add(calendar, moment, -duration)
    for opens, closes in _backwards(calendar, at):
        ends = min(at, closes)
        if left <= ends - opens:
            return moment_at(ends - left)
        left -= ends - opens
    raise AssertionError("the spans backwards have no end")


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the working time from `start` to `end`; negative when `end` comes first."""
    since, until = micros(start), micros(end)
    if until < since:
        return -between(calendar, end, start)
    days = range(_ordinal(calendar, since) - 1, _ordinal(calendar, until) + 1)
    worked = sum(
        min(closes, until) - max(opens, since)
        for ordinal in days
        for opens, closes in spans_of(calendar, ordinal)
        if closes > since and opens < until
    )
    return worked * _MICROSECOND


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Return whether the team works at `moment`; at the end of a span it does not any more."""
    at = micros(moment)
    today = _ordinal(calendar, at)
    return any(
        opens <= at < closes
        for ordinal in (today - 1, today)
        for opens, closes in spans_of(calendar, ordinal)
    )


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """Return `moment` itself when the team works then, else the moment it begins to.

    :raises NeverOpen: when ten years hold no working time.
    """
    at = micros(moment)
    return moment_at(max(at, next(opens for opens, closes in _onwards(calendar, at) if closes > at)))


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """Return the end of working time on `day`; on a day off, of the next working day.

    A term whose last day is a day off ends on the next working day (Polish Civil Code, art. 115).

    :raises NeverOpen: when ten years hold no working time.
    """
    return moment_at(next(_working_days(calendar, day.toordinal()))[-1][1])


def end_of_next_working_day(calendar: Calendar, moment: datetime) -> datetime:
    """Return the end of working time on the first working day after that of `moment`.

    :raises NeverOpen: when ten years hold no working time.
    """
    return add_days(calendar, moment, 1)


def add_days(calendar: Calendar, moment: datetime, n: int) -> datetime:
    """Return the end of the `n`-th working day, the first being the next after that of `moment`.

    The day of the event itself is not counted (Polish Civil Code, art. 111 § 2).

    :raises ValueError: when `n` is less than one.
    :raises NeverOpen: when ten years hold no working time.
    """
    if n < 1:
        raise ValueError(f"working days are counted from one, not {n}")
    days = _working_days(calendar, _ordinal(calendar, micros(moment)) + 1)
    return moment_at(next(islice(days, n - 1, None))[-1][1])


def end_of_calendar_day(timezone: str, day: date) -> datetime:
    """Return 23:59:59 of `day` in `timezone`, the last second of a term the law counts in days."""
    return moment_at(instant(ZoneInfo(timezone), datetime.combine(day, time(23, 59, 59)), fold=1))


def _onwards(calendar: Calendar, at: int) -> Iterator[tuple[int, int]]:
    # A zone whose clocks go back across midnight has a minute that is dated to the day after.
    for spans in _working_days(calendar, _ordinal(calendar, at) - 1):
        for span in spans:
            if span[1] >= at:
                yield span


def _backwards(calendar: Calendar, at: int) -> Iterator[tuple[int, int]]:
    for spans in _working_days(calendar, _ordinal(calendar, at) + 1, step=-1):
        for span in reversed(spans):
            if span[0] <= at:
                yield span


def _working_days(calendar: Calendar, ordinal: int, step: int = 1) -> Iterator[tuple[tuple[int, int], ...]]:
    closed = 0
    while closed <= _HORIZON:
        if spans := spans_of(calendar, ordinal):
            yield spans
            closed = 0
        else:
            closed += 1
        ordinal += step
    raise NeverOpen(f"these hours ({calendar.timezone}) hold no working time within ten years")


def _ordinal(calendar: Calendar, at: int) -> int:
    return datetime.fromtimestamp(at // 1_000_000, calendar.zone).toordinal()
