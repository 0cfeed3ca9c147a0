"""Durations in a sentence: "within two business days", "in half an hour", "up to 24 hours"."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from odzew.domain import worktime
from odzew.language.promises_times import LAST, Line, Time, later, number

_MINUTES = {"minute": 1, "hour": 60, "doba": 1440}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
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
            return Time("none", time.end) if _is_before(line, time.end) else time
    upto = line.tag(at, "upto")
    if upto and (time := _counted(line, upto[1], "upto")):
        return time
    return _coming(line, at)


def _coming(line: Line, at: int) -> Time | None:
    """Understand "over the next two days", "в ближайший час", which count from now without "within"."""
    where = line.skip(at, "on", "by", "filler")
    following = line.tag(where, "nearest") or line.tag(where, "next")
    if not following:
        return None
    behind = line.skip(following[1], "filler", "nearest", "next")
    amount = _amount(line, behind)
    unit = line.tag(amount[1] if amount else behind, "unit")
    if amount and (unit or line.tag(amount[1], "business")):
        return _of_units(line, *amount, "within")
    return _of_units(line, 1, behind, "within") if unit and unit[0] in _MINUTES else None


def turned(line: Line, at: int) -> Time | None:
    """Understand "минут через двадцать", "година за дві": about so much later."""
    unit = line.tag(at, "unit")
    preposition = line.tag(unit[1], "in") if unit else None
    amount = number(line, preposition[1]) if preposition else None
    if not unit or not amount or line.tag(amount[1], "unit"):
        return None
    if unit[0] in _MINUTES:
        return _exact(line, amount[0] * _MINUTES[unit[0]], amount[1])
    return _days(line, amount[0], unit[0], amount[1], "in", business=False)


def _is_before(line: Line, at: int) -> bool:
    """Return whether a duration counts back from something: "an hour before the delivery"."""
    return line.tag(at, "before") is not None or line.tag(at, "ahead_of") is not None


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
    if amount is None and any(line.tag(place, "one") for place in (at - 1, at - 2)):
        amount = (1, at)
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
    if line.tag(unit[1] - 1, "plural"):
        return Time("vague", unit[1], within=kind == "within")
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
        more, end = _and_minutes(line, end) if unit[0] == "hour" else (0.0, end)
        return _hours(line, amount * _MINUTES[unit[0]] + more, end, business is not None)
    return _days(line, amount, unit[0], end, kind, business=business is not None)


def _and_minutes(line: Line, at: int) -> tuple[float, int]:
    """Return the minutes of "2 hours and 30 minutes"."""
    more = number(line, line.skip(at, "joint"))
    if more and (unit := line.tag(more[1], "unit")) and unit[0] == "minute":
        return more[0], unit[1]
    return 0.0, at


def _hours(line: Line, minutes: float, end: int, business: bool) -> Time:
    if not business:
        return _exact(line, minutes, end)
    try:
        moment = worktime.add(line.calendar, line.at, timedelta(minutes=minutes))
    except worktime.NeverOpen:
        return Time("vague", end, within=True)
    return Time("instant", end, moment=moment, within=True)


def _days(line: Line, amount: float, unit: str, end: int, kind: str, *, business: bool) -> Time:
    today = line.at.date()
    if business and unit == "day" and amount >= 1:
        return _business_days(line, round(amount), end, within=kind != "in")
    if unit == "month":
        day = months_later(today, round(amount))
    elif unit == "year":
        day = months_later(today, round(12 * amount))
    else:
        day = later(today, amount * _DAYS[unit])
    if kind == "in":
        return Time("day", end, day=day)
    return Time("day", end, day=day, hour=LAST, within=True)


def _business_days(line: Line, amount: int, end: int, *, within: bool) -> Time:
    try:
        moment = worktime.add_days(line.calendar, line.at, amount)
    except worktime.NeverOpen:  # A team without any hours: a person has to say when.
        return Time("vague", end, within=within)
    return Time("instant", end, moment=moment, within=within)


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
