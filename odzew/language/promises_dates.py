"""Dates in a sentence, in digits and in words: "15.12.", "15 grudnia 2026", "December 3rd", "the 3rd"."""

from datetime import date

from odzew.language.promises_spans import months_later
from odzew.language.promises_times import Line, Time, number, ordinal

_YEARS_AHEAD = 100
"""A year further away is a slip of the keys."""


def dated(line: Line, at: int) -> Time | None:
    """Understand a date in digits or words: "15.12.", "15 grudnia 2026", "December 3rd", "the 3rd"."""
    if at >= len(line.tokens):
        return None
    token = line.tokens[at]
    if token.kind in ("iso", "dotted", "slashed") and not _is_hour(line, at):
        return _in_digits(line, token.numbers, at + 1)
    where = line.skip(at, "filler")
    if (month := line.tag(where, "month")) and (
        number_of := _day_number(line, line.skip(month[1], "filler"))
    ):
        return _on(line, number_of[0], int(month[0]), number_of[1])
    found = _day_number(line, where)
    if found is None:
        return None
    if month := line.tag(line.skip(found[1], "filler"), "month"):
        return _on(line, found[0], int(month[0]), month[1])
    if numeral := line.tag(found[1], "day_of_month"):
        return _of_month(line, found[0], numeral[1])
    is_ordinal = line.tokens[where].of_day or line.tokens[where].kind == "word"
    return _of_month(line, found[0], found[1]) if is_ordinal and _is_alone(line, where, found[1]) else None


def _is_hour(line: Line, at: int) -> bool:
    """Return whether figures such as 9.10 stand behind "at", which makes them an hour."""
    token, before = line.tokens[at], line.tokens[max(0, at - 3) : at]
    return (
        token.kind == "dotted"
        and len(token.text.rstrip(".").rpartition(".")[2]) == 2
        and any(line.tag(at - back, "at") for back in range(1, len(before) + 1))
    )


def _is_alone(line: Line, at: int, end: int) -> bool:
    # "The third of them", "the first time" and "second hand" name no day.
    words = line.tokens[at].kind == "word"
    followed = end < len(line.tokens) and line.tokens[end].kind == "word" and not line.tokens[end].tags
    return not (words and followed) and (at == 0 or bool(line.tokens[at - 1].tags))


def _day_number(line: Line, at: int) -> tuple[int, int] | None:
    if at >= len(line.tokens):
        return None
    token = line.tokens[at]
    if token.kind == "number":
        found: tuple[float, int] | None = (token.numbers[0], at + 1)
    else:
        found = ordinal(line, at, "ordinal_day")
        if not found and (month := number(line, at)) and line.tag(month[1], "month"):
            found = month
    return (int(found[0]), found[1]) if found and 1 <= found[0] <= 31 and found[0] == int(found[0]) else None


def _in_digits(line: Line, numbers: tuple[int, ...], end: int) -> Time | None:
    if numbers[0] > 31:
        return _made(line, numbers[0], numbers[1], numbers[2], end) if len(numbers) == 3 else None
    first, second, *rest = numbers
    month, day = (first, second) if second > 12 >= first else (second, first)
    if rest:
        return _made(line, rest[0] + 2000 * (rest[0] < 100), month, day, end)
    return _on(line, day, month, end)


def _on(line: Line, day: int, month: int, end: int) -> Time | None:
    behind = end + line.mark(end, ",")
    token = line.tokens[behind] if behind < len(line.tokens) else None
    if token and token.kind == "number" and 2000 <= token.numbers[0] < 2100:
        return _made(line, token.numbers[0], month, day, line.skip(behind + 1, "year_word"))
    made = _made(line, line.at.year, month, day, line.skip(end, "year_word"))
    if made and made.day < line.at.date():
        return _made(line, line.at.year + 1, month, day, made.end)
    return made


def _made(line: Line, year: int, month: int, day: int, end: int) -> Time | None:
    if year > line.at.year + _YEARS_AHEAD:
        return None
    try:
        return Time("day", end, day=date(year, month, day))
    except ValueError:
        return None


def _of_month(line: Line, number: int, end: int) -> Time | None:
    first = line.at.date().replace(day=1)
    months = (months_later(first, ahead) for ahead in range(13))
    made = (_made(line, month.year, month.month, number, end) for month in months)
    return next((time for time in made if time and time.day >= line.at.date()), None)
