"""When a promise is due: what the words of a clause say of the moment, put together (docs/promises.md)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odzew.domain import hours
from odzew.language import promises_days, promises_hours, promises_spans
from odzew.language.promises_times import EVENING, LAST, NOON, Line, Rule, Time

_MORNING = 8
"""The hour at which a morning has begun, so that "in the morning" is the next one."""


def _vague(line: Line, at: int) -> Time | None:
    found = line.tag(at, "vague")
    return Time("vague", found[1]) if found else None


def _ignored(line: Line, at: int) -> Time | None:
    found = line.tag(at, "ignored")
    return Time("none", found[1]) if found else None


RULES: tuple[Rule, ...] = (
    _ignored,
    promises_spans.ago,
    promises_hours.between,
    promises_days.starting,
    promises_hours.closing,
    promises_days.next_working_day,
    promises_spans.duration,
    promises_spans.turned,
    _vague,
    promises_days.ending,
    promises_days.after,
    promises_hours.after,
    promises_days.weekend,
    promises_days.week,
    promises_days.day,
    promises_hours.part,
    promises_hours.hour,
    promises_spans.loose,
)
"""What is tried at each place of a sentence; the first rule that understands it takes its words."""


def due(times: Sequence[Time], line: Line) -> datetime | None:
    """Return the moment named by all these words together; None when they name none."""
    definite = [time for time in times if time.kind not in ("none", "vague")]
    moments = [time.moment for time in definite if time.moment]
    if moments:
        return _local(max(moments), line)
    days = [time for time in definite if time.kind in ("day", "weekday", "week")]
    clocks = [time for time in definite if time.kind == "hour"]
    if days:
        chosen = _day(days, line)
        named = (
            _clock(clocks) if clocks else next((time for time in days if time.hour and not time.within), None)
        )
        if clocks or (named and named.kind == "day" and named.day == chosen):
            return _on(line, chosen, named.hour if named else None)
        return _on(line, chosen, next((time.hour for time in days if time.day == chosen), None))
    return _at_hour(line, _clock(clocks)) if clocks else None


def _clock(clocks: Sequence[Time]) -> Time:
    """Return the hour meant: a figure before a part of the day, which says which half it is in."""
    parts = [clock for clock in clocks if clock.part]
    figures = [clock for clock in clocks if not clock.part]
    if not parts or not figures or not figures[-1].hour:
        return clocks[-1]
    hour, minute, until = figures[-1].hour.hour, figures[-1].hour.minute, parts[-1].hour
    if until == NOON and 12 < hour <= 18:
        hour -= 12
    elif until in (None, EVENING) and hour < 12:
        hour += 12
    return replace(figures[-1], hour=time(hour, minute))


def _day(days: Sequence[Time], line: Line) -> date:
    """Return the day meant; of several the last, and "Tuesday next week" is one."""
    weeks = [time for time in days if time.kind == "week"]
    weekdays = [time for time in days if time.kind == "weekday"]
    if weeks and weekdays:
        return weeks[-1].day + timedelta(days=max(time.weekday for time in weekdays))
    if weeks and len(weeks) == len(days):
        return weeks[-1].day + timedelta(days=weeks[-1].weekday)
    return max(promises_days.resolved(line, time) for time in days if time.kind != "week")


def _on(line: Line, day: date, hour: time | None) -> datetime:
    if hour:
        return _moment(line, day, hour)
    closes = _closing(line, day)
    # A day on which nobody works, or whose work is over, ends as the calendar does.
    return closes if closes and line.ahead(closes) else _moment(line, day, LAST)


def _at_hour(line: Line, clock: Time) -> datetime:
    """Return the next such hour: today, or else on the next working day; a morning has to begin yet."""
    today, hour = line.at.date(), clock.hour
    moment = _moment(line, today, hour) if hour else _closing(line, today)
    begun = clock.morning and line.at.hour >= _MORNING
    if moment and line.ahead(moment) and not begun:
        return moment
    following = promises_days.first_working_day(line, today + timedelta(days=1))
    return _on(line, following, hour)


def _closing(line: Line, day: date) -> datetime | None:
    spans = hours.spans_of(line.calendar, day.toordinal())
    return _local(hours.moment_at(spans[-1][1]), line) if spans else None


def _moment(line: Line, day: date, hour: time) -> datetime:
    # An hour is read on the clock of who writes; working time is that of the team.
    zone = line.at.tzinfo if isinstance(line.at.tzinfo, ZoneInfo) else line.calendar.zone
    instant = hours.instant(zone, datetime.combine(day, hour), fold=0)
    return _local(hours.moment_at(instant), line)


def _local(moment: datetime, line: Line) -> datetime:
    return moment.astimezone(line.at.tzinfo)
