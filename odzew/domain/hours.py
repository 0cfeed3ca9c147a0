"""The hours of a team, and the instants they are: local walls on one side, UTC on the other.

Walls have clocks, so hours are given in local time; each day's spans are turned into instants
once and remembered. The hour that a change of clocks skips is not worked, the hour that it
repeats is worked twice.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

Spans = tuple[tuple[time, time], ...]
"""The open spans of a day, local time; one that ends at 00:00 ends with the day (24:00)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, eq=True)
class Calendar:
    """The hours of a team: seven days of spans from Monday, days off, and days of own hours.

    Spans may come in any order; those that touch or overlap are one. A span across midnight is
    given as two. `special` stands above `holidays`, which stand above the week.

    :raises ValueError: when the zone is unknown, the week has not seven days, or a span ends
        before it starts.
    """

    timezone: str
    spans: tuple[Spans, ...]
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, Spans] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.spans) != 7:
            raise ValueError(f"a week has seven days, not {len(self.spans)}")
        for start, end in (span for day in (*self.spans, *self.special.values()) for span in day):
            if end != time.min and end <= start:
                raise ValueError(f"a span ends before it starts: {start}–{end}")
        self.zone  # noqa: B018  an unknown zone is refused here, not at the first mail

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.timezone, self.spans, self.holidays, frozenset(self.special.items())))

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the zone whose clock hangs on the wall."""
        try:
            return ZoneInfo(self.timezone)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"no such time zone: {self.timezone!r}") from error

    def spans_on(self, day: date) -> Spans:
        """Return the open spans of a day, local time; none on a day off."""
        if day in self.special:
            return self.special[day]
        return () if day in self.holidays else self.spans[day.weekday()]


ALWAYS = Calendar("UTC", (((time.min, time.min),),) * 7)
"""Open around the clock, every day."""


@lru_cache(maxsize=32_768)
def spans_of(calendar: Calendar, ordinal: int) -> tuple[tuple[int, int], ...]:
    """Return the open spans of a day, microseconds since 1970: in order, apart, none empty."""
    day, zone = date.fromordinal(ordinal), calendar.zone
    dawn, dusk = _midnight(zone, day), _midnight(zone, day + timedelta(days=1))
    spans: list[tuple[int, int]] = []
    for start, end in sorted(calendar.spans_on(day)):
        opens = max(dawn, instant(zone, datetime.combine(day, start), fold=0))
        closes = min(dusk, instant(zone, datetime.combine(day, end), fold=1)) if end != time.min else dusk
        if spans and opens <= spans[-1][1]:
            opens, closes = spans[-1][0], max(closes, spans.pop()[1])
        if opens < closes:
            spans.append((opens, closes))
    return tuple(spans)


def _midnight(zone: ZoneInfo, day: date) -> int:
    # Where clocks go back across midnight, a day ends when its date is over for good.
    wall = datetime.combine(day, time.min)
    first, last = instant(zone, wall, fold=0), instant(zone, wall, fold=1)
    return last if moment_at(last - 1).astimezone(zone).date() < day else first


def instant(zone: ZoneInfo, wall: datetime, *, fold: int) -> int:
    """Return the instant of a local time, microseconds since 1970.

    A time that the clock shows twice is its first showing, or with `fold` its last. One that it
    skips is the moment of the change, so that open hours agree with what hangs on the wall.
    """
    at = micros(wall.replace(tzinfo=zone, fold=fold))
    if moment_at(at).astimezone(zone).replace(tzinfo=None) == wall:
        return at
    return _change(zone, wall)


def _change(zone: ZoneInfo, skipped: datetime) -> int:
    # Read with the new offset, a skipped time lies before the change; with the old one, after it.
    new, old = (skipped.replace(tzinfo=zone, fold=fold) for fold in (1, 0))
    seconds = range(micros(new) // 1_000_000, micros(old) // 1_000_000 + 1)
    changed = bisect_left(
        seconds, True, key=lambda s: datetime.fromtimestamp(s, zone).utcoffset() == new.utcoffset()
    )
    return seconds[changed] * 1_000_000


def micros(moment: datetime) -> int:
    """Return the microseconds from 1970 to an aware moment."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_at(at: int) -> datetime:
    """Return the moment so many microseconds after 1970, in UTC."""
    return _EPOCH + at * _MICROSECOND
