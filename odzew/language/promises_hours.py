"""Hours and parts of the day named in a sentence: "by 4 pm", "o wpół do trzeciej", "do południa"."""

from datetime import time

from odzew.language.promises_times import LAST, NOON, Line, Time, number, ordinal

_BEFORE_HOUR = ("by", "at", "around", "before", "between", "filler")
_OFFICE = range(1, 7)
"""Hours that nobody works: "at 3" is 15:00 unless the words say morning."""


def closing(line: Line, at: int) -> Time | None:
    """Understand "by close of business", "EOD": the end of working time."""
    found = line.tag(line.skip(at, "by", "at", "on", "before", "filler"), "closing")
    return Time("hour", found[1]) if found else None


def part(line: Line, at: int) -> Time | None:
    """Understand a part of the day: "morning", "do południa", "this afternoon", "tonight"."""
    where = line.skip(at, "by", "on", "at", "around", "before", "within", "filler")
    if found := line.tag(where, "tonight"):
        return Time("day", found[1], day=line.at.date(), hour=_end_of_part(found[0]))
    this = line.tag(where, "this")
    found = line.tag(this[1] if this else where, "part") or line.tag(at, "part")
    if not found:
        return None
    hour = _end_of_part(found[0])
    if this:
        return Time("day", found[1], day=line.at.date(), hour=hour)
    return Time("hour", found[1], hour=hour, part=True, morning=found[0] == "morning")


def _end_of_part(text: str) -> time | None:
    if text == "morning":
        return NOON
    return time.fromisoformat(text) if text else None


def after(line: Line, at: int) -> Time | None:
    """Understand "after 3 pm": some time until the end of work, which is when it is due."""
    found = line.tag(at, "after")
    clock = _clock(line, line.skip(found[1], "filler"), sure=True) if found else None
    return Time("hour", clock[1]) if clock else None


def between(line: Line, at: int) -> Time | None:
    """Understand "between 10 and 12", "od 10 do 12", "10:00–12:00", by its end."""
    found = line.tag(at, "between") or line.tag(at, "from")
    first = _clock(line, line.skip(found[1], "filler") if found else at, sure=bool(found))
    if not first:
        return None
    joined = line.tag(first[1], "until")
    if line.mark(first[1], "-–—"):
        joined = (None, first[1] + 1)
    second = _clock(line, line.skip(joined[1], "filler"), sure=True) if joined else None
    return Time("hour", second[1], hour=second[0]) if second else None


def hour(line: Line, at: int) -> Time | None:
    """Understand an hour of the clock; of a range such as "at 10-12" its end."""
    where = line.skip(at, *_BEFORE_HOUR)
    # In "on 3", "do 15" the small word makes the number an hour.
    sure = where > at and any(
        line.tag(place, name) for place in range(at, where) for name in _BEFORE_HOUR[:5]
    )
    if sure and (ranged := between(line, where)):
        return ranged
    clock = _clock(line, where, sure=sure)
    if clock is None:
        return None
    if line.mark(clock[1], "-–—") and (second := _clock(line, clock[1] + 1, sure=True)):
        clock = second
    return Time("hour", clock[1], hour=clock[0])


def _clock(line: Line, at: int, *, sure: bool) -> tuple[time, int] | None:
    if at >= len(line.tokens):
        return None
    named = line.tag(at, "oclock")
    if named and named[1] < len(line.tokens):
        at, sure = line.skip(named[1], "filler") if not line.tag(named[1], "pm") else at, True
    if fraction := line.tag(at, "past_hour") or line.tag(at, "to_hour"):
        return _with_fraction(line, at, fraction)
    found = _figures(line, at, sure)
    if named and not found and line.tag(named[1], "pm"):
        found = (1, 0, named[1], False)  # "В час дня": the word for the hour alone is one o'clock.
    return _in_half(line, found, sure) if found else None


def _with_fraction(line: Line, at: int, fraction: tuple[int, int]) -> tuple[time, int] | None:
    base = ordinal(line, fraction[1], "ordinal_hour") or number(line, fraction[1])
    if not base or not 1 <= base[0] <= 24:
        return None
    minutes = int(base[0]) % 24 * 60 + (fraction[0] if line.tag(at, "past_hour") else -fraction[0])
    return _in_half(line, (minutes % 1440 // 60, minutes % 60, base[1], False), True)


def _figures(line: Line, at: int, sure: bool) -> tuple[int, int, int, bool] | None:
    """Return hour, minute, the place behind, and whether it is written as on a clock of 24 hours."""
    token = line.tokens[at] if at < len(line.tokens) else None
    if token is None:
        return None
    if token.kind == "clock" or (token.kind == "dotted" and _is_clock(token.numbers, token.text, sure)):
        hour, minute, *_ = token.numbers
        return (hour, minute, at + 1, len(token.text) == 5) if hour <= 24 and minute < 60 else None
    found = ordinal(line, at, "ordinal_hour") or number(line, at)
    if not found or found[0] != int(found[0]) or token.of_day or not 0 <= found[0] <= 24:
        return None
    hour, end = int(found[0]), found[1]
    more = number(line, end)
    if more and more[0] in (15, 30, 45) and (sure or line.tag(more[1], "pm")):
        return hour, int(more[0]), more[1], False
    if line.mark(end, "-–") and sure and _is_minutes(line, end + 1):
        return hour, line.tokens[end + 1].numbers[0], end + 2, False
    named = line.tag(end, "oclock") or line.tag(end, "am") or line.tag(end, "pm")
    return (hour, 0, end, False) if named or (sure and _stands_alone(line, end)) else None


def _is_minutes(line: Line, at: int) -> bool:
    """Return whether "18-00" goes on with minutes; "10-15" is rather a range."""
    return at < len(line.tokens) and line.tokens[at].text in ("00", "30")


def _is_clock(numbers: tuple[int, ...], text: str, sure: bool) -> bool:
    if len(numbers) != 2 or len(text.rstrip(".").rpartition(".")[2]) != 2:
        return False
    return sure and numbers[1] < 60


def _stands_alone(line: Line, at: int) -> bool:
    """Return whether a number is followed by nothing that it could count."""
    if at >= len(line.tokens):
        return True
    token = line.tokens[at]
    if line.tag(at, "counted") or line.tag(at, "month") or line.tag(at, "unit"):
        return False
    return token.kind == "word" or token.text in ",;.!)-–—:…("


def _in_half(line: Line, found: tuple[int, int, int, bool], sure: bool) -> tuple[time, int] | None:
    hour, minute, end, exact = found
    oclock = line.tag(end, "oclock")
    end = oclock[1] if oclock else end
    if oclock and (more := number(line, end)) and line.tag(more[1], "unit") == ("minute", more[1] + 1):
        minute, end = int(more[0]) % 60, more[1] + 1
    if pm := line.tag(line.skip(end, "filler"), "pm"):
        hour, end = hour + 12 * (hour < 12), pm[1]
    elif am := line.tag(line.skip(end, "filler"), "am"):
        hour, end = hour % 12 if hour == 12 else hour, am[1]
    elif hour in _OFFICE and not exact:
        hour += 12
    if (hour, minute) == (24, 0) or hour > 24:
        return LAST, end
    return time(hour % 24, minute), end
