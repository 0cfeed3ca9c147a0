"""Days named in a sentence: dates, weekdays, tomorrow, weeks and their ends."""

from dataclasses import replace
from datetime import date, timedelta

from odzew.domain import hours
from odzew.language.promises_dates import dated
from odzew.language.promises_spans import months_later
from odzew.language.promises_times import LAST, Line, Time, later

LEADING = ("by", "on", "at", "around", "filler")
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_DAYS_BACK = 31
"""Days looked back for the last working day of a week or a month."""


def starting(line: Line, at: int) -> Time | None:
    """Take "from Monday", "valid until Friday": the moment something begins or ends is no due moment."""
    if found := line.tag(at, "idle") or line.tag(at, "from"):
        behind = line.skip(found[1], "by", "on", "at")
        day = named(line, behind) or dated(line, behind)
        return Time("none", day.end) if day else None
    return None


def ending(line: Line, at: int) -> Time | None:
    """Understand "by the end of next week", "do końca grudnia"; the end of a day is that of its work."""
    end = line.tag(line.skip(at, *LEADING, "within"), "end")
    if not end:
        return None
    behind, weeks = _which(line, line.skip(end[1], "filler"))
    unit = line.tag(line.skip(behind, "business", "filler"), "unit")
    if unit:
        return _end_of_unit(line, unit[0], line.skip(unit[1], "business"), weeks)
    if month := line.tag(behind, "month"):
        first = _coming(line, date(line.at.year, int(month[0]), 28))
        return Time("day", month[1], day=_last_working_day(line, months_later(first.replace(day=1), 1)))
    day = named(line, behind)
    return replace(day, hour=None) if day else None


def _end_of_unit(line: Line, unit: str, end: int, ahead: int) -> Time | None:
    today = line.at.date()
    monday = today - timedelta(days=today.weekday())
    match unit:
        case "day":
            return Time("hour", end)
        case "week":
            return Time("day", end, day=_last_working_day(line, later(monday, 7 * (ahead + 1))))
        case "month":
            return Time(
                "day", end, day=_last_working_day(line, months_later(today.replace(day=1), ahead + 1))
            )
        case "year":
            return Time("day", end, day=_last_working_day(line, date(today.year + ahead + 1, 1, 1)))
        case "hour":
            full = line.at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            return Time("instant", end, moment=full)
    return None


def week(line: Line, at: int) -> Time | None:
    """Understand "next week", "at the beginning of this week", "next month"."""
    behind = line.skip(at, *LEADING, "within")
    part = line.tag(behind, "start_of") or line.tag(behind, "middle_of")
    where, ahead = _which(line, line.skip(part[1], "filler") if part else behind)
    unit = line.tag(where, "unit")
    if not unit or (where == behind and not part):
        return None
    end = unit[1]
    if unit[0] == "week":
        monday = later(line.at.date(), 7 * ahead - line.at.weekday())
        if part:
            return Time("day", end, day=later(monday, part[0]))
        last = _last_working_day(line, later(monday, 7))
        return Time("week", end, day=monday, weekday=(last - monday).days)
    if unit[0] in ("month", "year") and not part:
        return _end_of_unit(line, unit[0], end, ahead)
    if unit[0] == "day" and not part and where > behind:
        return _next_day(line, behind, end, ahead)
    return None


def _next_day(line: Line, at: int, end: int, ahead: int) -> Time:
    # "The next day" and "this day"; of "the next business day" the rule of durations counts.
    return Time("day", end, day=later(line.at.date(), ahead))


def next_working_day(line: Line, at: int) -> Time | None:
    """Understand "the next business day"."""
    behind = line.skip(at, *LEADING, "within", "after")
    following = line.tag(behind, "next") or line.tag(behind, "nearest")
    business = line.tag(following[1], "business") if following else None
    unit = line.tag(business[1], "unit") if business else None
    if unit and unit[0] == "day":
        day = line.at.date() + timedelta(days=1)
        return Time("day", unit[1], day=first_working_day(line, day))
    return None


def after(line: Line, at: int) -> Time | None:
    """Understand "after the weekend", "before Friday", "after tomorrow"."""
    if found := line.tag(at, "after"):
        where = line.skip(found[1], "filler", "this", "nearest")
        weekend = line.tag(where, "weekend")
        if weekend:
            return Time("day", weekend[1], day=first_working_day(line, _saturday(line) + timedelta(days=2)))
        day = named(line, where) or dated(line, where)
        if day and day.kind != "week":
            following = later(resolved(line, day), 1)
            return Time("day", day.end, day=first_working_day(line, following))
    return _before(line, at)


def _before(line: Line, at: int) -> Time | None:
    found = line.tag(line.skip(at, "around"), "before")
    if not found:
        return None
    where = line.skip(found[1], "filler", "this", "nearest")
    if weekend := line.tag(where, "weekend"):
        return Time("day", weekend[1], day=_last_working_day(line, _saturday(line)))
    day = named(line, where) or dated(line, where)
    if day and not _goes_on(line, day.end):
        return Time("day", day.end, day=_last_working_day(line, resolved(line, day)))
    return None


def _goes_on(line: Line, at: int) -> bool:
    """Return whether a part of the day or an hour follows: "before Friday noon" is on Friday."""
    behind = line.skip(at, "at", "on", "filler")
    return any(line.tag(behind, name) for name in ("part", "oclock", "number")) or (
        behind < len(line.tokens) and line.tokens[behind].kind in ("clock", "number")
    )


def weekend(line: Line, at: int) -> Time | None:
    """Understand "over the weekend" (to its end) and "by the weekend" (before it)."""
    where, ahead = _which(line, line.skip(at, *LEADING, "within"))
    before = any(line.tag(place, "by") and not line.tag(place, "on") for place in range(at, where))
    found = line.tag(where, "weekend")
    if not found:
        return None
    saturday = later(_saturday(line), 7 * ahead)
    if before:
        return Time("day", found[1], day=_last_working_day(line, saturday))
    return Time("day", found[1], day=later(saturday, 1), hour=LAST)


def day(line: Line, at: int) -> Time | None:
    """Understand a date, a weekday, or both, which say one day ("Friday, 4 December")."""
    where = line.skip(at, *LEADING, "within")
    found = named(line, where) or dated(line, where)
    if found is None:
        return None
    behind = found.end + line.mark(found.end, ",(")
    behind = line.skip(behind, "on", "filler") if found.kind == "weekday" else behind
    other = dated(line, behind) if found.kind == "weekday" else line.tag(behind, "weekday")
    if isinstance(other, Time):
        found = other
    elif other and found.kind == "day":
        found = Time("day", other[1], day=found.day)
    return found


def named(line: Line, at: int) -> Time | None:
    """Understand "tomorrow", "on Friday", "next Tuesday"."""
    if found := line.tag(at, "day"):
        return Time("day", found[1], day=later(line.at.date(), found[0]))
    where, ahead = _which(line, at)
    if not (found := line.tag(where, "weekday")):
        return None
    if ahead:
        monday = later(line.at.date(), 7 * ahead - line.at.weekday())
        return Time("day", found[1], day=later(monday, found[0]))
    return Time("weekday", found[1], weekday=found[0])


def resolved(line: Line, time: Time) -> date:
    """Return the day; a weekday is the next one, never today."""
    if time.kind == "weekday":
        return later(line.at.date(), (time.weekday - line.at.weekday() - 1) % 7 + 1)
    return time.day


def _which(line: Line, at: int) -> tuple[int, int]:
    """Return the place behind "this", "next", and how many weeks, months or days ahead that is."""
    ahead = 0
    for _ in range(3):
        found = line.tag(at, "next") or line.tag(at, "this") or line.tag(at, "nearest")
        if not found:
            break
        ahead = max(ahead, 1 if line.tag(at, "next") else 0)
        at = line.skip(found[1], "filler")
    return at, ahead


def _coming(line: Line, day: date) -> date:
    return day if day >= line.at.date() else day.replace(year=day.year + 1)


def _saturday(line: Line) -> date:
    today = line.at.date()
    return today + timedelta(days=_SATURDAY - today.weekday())


def _last_working_day(line: Line, before: date) -> date:
    """Return the last working day before a day; when it has passed, the day before that day."""
    days = (before - timedelta(days=back) for back in range(1, _DAYS_BACK))
    last = next((day for day in days if hours.spans_of(line.calendar, day.toordinal())), before)
    return last if last >= line.at.date() else before - timedelta(days=1)


def first_working_day(line: Line, since: date) -> date:
    """Return the first working day from a day on."""
    days = (later(since, ahead) for ahead in range(_DAYS_BACK))
    return next((day for day in days if hours.spans_of(line.calendar, day.toordinal())), since)
