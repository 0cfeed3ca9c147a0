"""Working hours as managers write them, into a calendar the rules know."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from json import dumps, loads

from odzew.domain.worktime import ALWAYS, Calendar
from odzew.lib.clock import now

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = tuple[tuple[time, time], ...]


class BadHours(Exception):
    """Working hours cannot be read; the text says which line and what is expected."""


def calendar(
    timezone: str,
    week: Mapping[str, Sequence[Sequence[str]]],
    country: str,
    own_days: Mapping[str, Sequence[Sequence[str]]],
) -> Calendar:
    """Return the calendar of a team; an empty week means open around the clock.

    :raises BadHours: when a time, a day or a span cannot be read
    """
    if not week:
        return ALWAYS
    year = now().year
    return _calendar(timezone, dumps(week, sort_keys=True), country, dumps(own_days, sort_keys=True), year)


@lru_cache(maxsize=256)
def _calendar(timezone: str, week: str, country: str, own_days: str, year: int) -> Calendar:
    from odzew.lib.holidays import holidays_of  # it reads the calendars of many countries: slow to import

    days = loads(week)
    special = {date.fromisoformat(day): spans(s) for day, s in loads(own_days).items()}
    return Calendar(
        timezone=timezone,
        spans=tuple(spans(days.get(day, [])) for day in DAYS),
        holidays=holidays_of(country, range(year - 1, year + 3)) if country else frozenset(),
        special=special,
    )


def spans(lines: Sequence[Sequence[str]]) -> Spans:
    """Return `[["09:00", "17:00"]]` as times; `24:00` ends the day.

    :raises BadHours: when a time cannot be read or a span ends before it starts
    """
    read = []
    for start, end in lines:
        try:
            first, last = time.fromisoformat(start), time.min if end == "24:00" else time.fromisoformat(end)
        except ValueError:
            raise BadHours(f"“{start}–{end}” is no span of hours; write it as 09:00–17:00.") from None
        if last != time.min and first >= last:
            raise BadHours(f"“{start}–{end}” ends before it starts.")
        read.append((first, last))
    return tuple(sorted(read))
