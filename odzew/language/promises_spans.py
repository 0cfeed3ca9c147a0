"""Durations in a sentence: "within two business days", "in half an hour", "up to 24 hours"."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from odzew.domain import worktime
from odzew.language.promises_times import LAST, Line, Time, later, number

_MINUTES = {"minute": 1, "hour": 60, "doba": 1440}
_DAYS = {"day": 1, "week": 7}
_LONGEST = 3660
"""Days, ten years: a longer duration is a slip of the keys."""


def ago(line: Line, at: int) -> Time | None:
    """Understand "two days ago", "three hours late", which name no moment of ours."""
    amount = number(line, at) or line.tag(at, "few") or (1, at)
    unit = line.tag(amount[1], "unit") or line.tag(at, "span")
    if unit and (past := line.tag(unit[1], "ago")):
        return Time("none", past[1])
    return None


def duration(line: Line, at: int) -> Time | None:
    """Understand a duration after a word that counts it from now."""
    for kind in ("within", "in"):
        if (found := line.tag(at, kind)) and (time := _counted(line, found[1], kind)):
            return time
    upto = line.tag(at, "upto")
    return _counted(line, upto[1], "upto") if upto else None


def loose(line: Line, at: int) -> Time | None:
    """Take the words of a duration nobody counts from now ("14 days of guarantee")."""
    amount = number(line, at)
    if amount and (unit := line.tag(line.skip(amount[1], "business"), "unit")):
        return Time("none", line.skip(unit[1], "business"))
    return None


def _counted(line: Line, at: int, kind: str) -> Time | None:
    at = line.skip(at, "next", "nearest", "filler", "upto", "around")
    if span := line.tag(at, "span"):
        return _exact(line, span[0], span[1])
    if (few := line.tag(at, "few")) and (unit := line.tag(line.skip(few[1], "business", "filler"), "unit")):
        return Time("vague", line.skip(unit[1], "business"), within=kind != "in")
    amount = _amount(line, at)
    if amount is None:
        return None if kind == "upto" else _of_one(line, at, kind)
    return _of_units(line, *amount, kind)


def _amount(line: Line, at: int) -> tuple[float, int] | None:
    """Return a number, or of two ("2-3", "two or three") the greater."""
    first = number(line, at)
    if first is None:
        return None
    end = first[1]
    if line.mark(end, "-–—/") or line.tag(end, "or"):
        behind = line.tag(end, "or")
        second = number(line, line.skip(behind[1] if behind else end + 1, "filler", "upto"))
        return (max(first[0], second[0]), second[1]) if second else first
    return first


def _of_one(line: Line, at: int, kind: str) -> Time | None:
    """Understand a lone unit: "within an hour", "in a week"; "within the day" is today."""
    business = line.tag(at, "business")
    unit = line.tag(line.skip(at, "business"), "unit")
    if not unit:
        return None
    business = business or line.tag(unit[1], "business")
    if kind == "within" and unit[0] == "day":
        return Time("hour", line.skip(unit[1], "business"))
    return _of_units(line, 1, at, kind)


def _of_units(line: Line, amount: float, at: int, kind: str) -> Time | None:
    business = line.tag(at, "business")
    unit = line.tag(business[1] if business else at, "unit")
    if not unit or amount * _DAYS.get(unit[0], 1) > _LONGEST:
        return None
    business = business or line.tag(unit[1], "business")
    end = line.skip(unit[1], "business")
    # "up to 15 o'clock" is an hour, in languages where the hour of the clock is this very word.
    if kind == "upto" and not business and line.tag(unit[1] - 1, "oclock"):
        return None
    if unit[0] in _MINUTES:
        return _hours(line, amount * _MINUTES[unit[0]], end, business is not None)
    return _days(line, amount, unit[0], end, kind, business is not None)


def _hours(line: Line, minutes: float, end: int, business: bool) -> Time:
    if not business:
        return _exact(line, minutes, end)
    moment = worktime.add(line.calendar, line.at, timedelta(minutes=minutes))
    return Time("instant", end, moment=moment, within=True)


def _days(line: Line, amount: float, unit: str, end: int, kind: str, business: bool) -> Time:
    today = line.at.date()
    if business and unit == "day" and amount >= 1:
        moment = worktime.add_days(line.calendar, line.at, round(amount))
        return Time("instant", end, moment=moment, within=kind != "in")
    if unit == "month":
        day = months_later(today, round(amount))
    elif unit == "year":
        day = months_later(today, round(12 * amount))
    else:
        day = later(today, amount * _DAYS[unit])
    if kind == "in":
        return Time("day", end, day=day)
    return Time("day", end, day=day, hour=LAST, within=True)


def _exact(line: Line, minutes: float, end: int) -> Time:
    moment = _instant(line.at, minutes)
    return Time("instant", end, moment=moment, within=True)


def _instant(at: datetime, minutes: float) -> datetime:
    # Elapsed time: a change of clocks in between must not add an hour.
    return at.astimezone(UTC) + timedelta(minutes=min(minutes, _LONGEST * 1440))


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
