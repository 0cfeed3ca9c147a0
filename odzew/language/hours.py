"""Questions of working time put as JSON, for `odzew read hours`: for trying and for judging."""

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from odzew.domain import worktime
from odzew.domain.worktime import Calendar, Spans

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_REACH = 12
"""Years to each side for which a day off that comes every year is written out."""


def read(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to one question: `{end}`, `{seconds}` or `{open}`.

    `op` is add, sub, between, next_open or in_hours; `start` and `end` are ISO 8601 with an offset;
    `tz`, `hours` (mon … sun: spans "HH:MM", "24:00" ends a day), `holidays` ("YYYY-MM-DD", or
    "--MM-DD" for every year) and `special` (day: spans) make the calendar. Working time between
    two moments in the wrong order is nought: none has passed.

    :raises ValueError: when the operation is unknown, or the hours mean nothing.
    """
    start = datetime.fromisoformat(question["start"])
    answer = _OPERATIONS.get(question["op"])
    if answer is None:
        raise ValueError(f"no such operation: {question['op']!r}; there are {', '.join(_OPERATIONS)}")
    return answer(_calendar(question, start.year), start, question)


def _add(calendar: Calendar, start: datetime, question: Mapping[str, Any]) -> dict[str, Any]:
    return {"end": _iso(worktime.add(calendar, start, timedelta(seconds=question["seconds"])))}


def _subtract(calendar: Calendar, start: datetime, question: Mapping[str, Any]) -> dict[str, Any]:
    return {"end": _iso(worktime.subtract(calendar, start, timedelta(seconds=question["seconds"])))}


def _between(calendar: Calendar, start: datetime, question: Mapping[str, Any]) -> dict[str, Any]:
    worked = worktime.between(calendar, start, datetime.fromisoformat(question["end"]))
    return {"seconds": max(worked, timedelta(0)).total_seconds()}


def _next_open(calendar: Calendar, start: datetime, question: Mapping[str, Any]) -> dict[str, Any]:
    return {"end": _iso(worktime.next_opening(calendar, start))}


def _in_hours(calendar: Calendar, start: datetime, question: Mapping[str, Any]) -> dict[str, Any]:
    return {"open": worktime.is_open(calendar, start)}


_OPERATIONS: dict[str, Callable[[Calendar, datetime, Mapping[str, Any]], dict[str, Any]]] = {
    "add": _add,
    "sub": _subtract,
    "between": _between,
    "next_open": _next_open,
    "in_hours": _in_hours,
}


def _calendar(question: Mapping[str, Any], year: int) -> Calendar:
    week = question.get("hours", {})
    return Calendar(
        timezone=question.get("tz", "UTC"),
        spans=tuple(_spans(week.get(day, ())) for day in _WEEK),
        holidays=frozenset(day for text in question.get("holidays", ()) for day in _days(text, year)),
        special={
            date.fromisoformat(day): _spans(spans) for day, spans in question.get("special", {}).items()
        },
    )


def _spans(spans: Iterable[tuple[str, str]]) -> Spans:
    return tuple((_clock(start), _clock(end)) for start, end in spans)


def _clock(text: str) -> time:
    return time.min if text.startswith("24:00") else time.fromisoformat(text)


def _days(text: str, year: int) -> list[date]:
    if not text.startswith("--"):
        return [date.fromisoformat(text)]
    month, day = map(int, text[2:].split("-"))
    years = range(year - _REACH, year + _REACH + 1)
    return [date(year, month, day) for year in years if (month, day) != (2, 29) or isleap(year)]


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
