"""The moments named in a sentence: days, hours, parts of the day, durations, and words that name none.

Each rule looks at one place of the sentence and takes as many words as it understands. The words
themselves are in data/promises_*.toml; only their order is here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from odzew.domain.worktime import Calendar
from odzew.language.promises_tokens import Token

NOON, EVENING, LAST = time(12), time(20), time(23, 59)
FILLERS_AT_MOST = 4
_WORDS = ("word", "mark", "digits")
_BEGIN = frozenset(
    (
        *("by", "on", "at", "around", "before", "after", "between", "from", "within", "in", "upto"),
        *("ignored", "idle", "vague", "end", "closing", "start_of", "middle_of", "this", "next", "nearest"),
        *("day", "weekday", "weekend", "month", "part", "tonight", "oclock", "past_hour", "to_hour"),
        *(
            "number",
            "few",
            "span",
            "unit",
            "ordinal_day",
            "ordinal_hour",
            "ordinal_day_tens",
            "ordinal_hour_tens",
        ),
    )
)
"""Meanings of words with which a moment may begin; at all other words no rule is tried."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in its words, and the local moment it is written at.

    `inverts`: whether the one who acts may follow the verb.
    """

    tokens: list[Token]
    at: datetime
    calendar: Calendar
    inverts: bool = True

    def tag(self, at: int, name: str) -> tuple[Any, int] | None:
        """Return the value of a meaning at a place and the place behind it, if it has that meaning."""
        if 0 <= at < len(self.tokens):
            found = self.tokens[at].tags.get(name)
            return (found[0], at + found[1]) if found else None
        return None

    def ahead(self, moment: datetime) -> bool:
        """Return whether a moment is still to come; local times alone cannot tell when clocks go back."""
        return moment.timestamp() > self.at.timestamp()

    def skip(self, at: int, *names: str) -> int:
        """Return the place behind all small words of these meanings."""
        for _ in range(FILLERS_AT_MOST):
            tags = self.tokens[at].tags if at < len(self.tokens) else None
            found = next((tags[name] for name in names if name in tags), None) if tags else None
            if not found:
                break
            at += found[1]
        return at

    def mark(self, at: int, marks: str) -> bool:
        """Return whether one of these marks stands at a place."""
        return at < len(self.tokens) and self.tokens[at].text in marks and self.tokens[at].kind == "mark"


@dataclass(frozen=True, slots=True)
class Time:
    """What some words say of a moment; `part` when they name a part of the day, `morning` the one.

    `kind`: instant (`moment`), day (`day`, with `hour` when it ends elsewhere than working time),
    weekday (its number from Monday), week (`day` is its Monday), hour (`hour`; None is the end of
    working time), vague, none (words of time that name no moment of ours).
    """

    kind: str
    end: int
    day: date = date.min
    hour: time | None = None
    weekday: int = 0
    moment: datetime | None = None
    within: bool = False
    part: bool = False
    morning: bool = False
    start: int = 0


Rule = Callable[[Line, int], Time | None]


def times(line: Line, rules: tuple[Rule, ...]) -> list[Time]:
    """Return the moments of a sentence in order; no word belongs to two."""
    return list(_times(line, rules))


def _times(line: Line, rules: tuple[Rule, ...]) -> Iterator[Time]:
    at = 0
    while at < len(line.tokens):
        token = line.tokens[at]
        if token.kind in _WORDS and token.tags.keys().isdisjoint(_BEGIN):
            at += 1
            continue
        found = next((time for rule in rules if (time := rule(line, at))), None)
        if found:
            yield replace(found, start=at)
        at = max(at + 1, found.end if found else 0)


def number(line: Line, at: int) -> tuple[float, int] | None:
    """Return a number in digits or words ("twenty four", "two and a half") and the place behind it."""
    if at >= len(line.tokens):
        return None
    token = line.tokens[at]
    if token.kind == "dotted" and len(token.numbers) == 2 and line.tag(at + 1, "unit"):
        return float(token.text), at + 1
    if token.kind == "number":
        value, end = float(token.numbers[0]), at + 1
        if token.numbers[0] < 10 and line.mark(end, ",") and _is_five(line, end + 1):
            return value + 0.5, end + 2
    elif found := line.tag(at, "number"):
        value, end = _in_words(line, *found)
    else:
        return None
    if half := line.tag(end, "and_half"):
        return value + 0.5, half[1]
    return value, end


def ordinal(line: Line, at: int, kind: str) -> tuple[int, int] | None:
    """Return "third", "twenty-first" as a number: of a `day` or of an `hour`, where forms differ."""
    found = line.tag(at, kind)
    if found:
        return int(found[0]), found[1]
    tens = line.tag(at, "number") or line.tag(at, f"{kind}_tens")
    if tens and tens[0] in (20, 30):
        end = tens[1] + line.mark(tens[1], "-")
        if (ones := line.tag(end, kind)) and ones[0] < 10:
            return int(tens[0]) + int(ones[0]), ones[1]
    return None


def _in_words(line: Line, value: float, end: int) -> tuple[float, int]:
    behind = end + line.mark(end, "-")
    if value in (20, 30, 40, 50, 60) and (ones := line.tag(behind, "number")) and ones[0] < 10:
        return value + ones[0], ones[1]
    return value, end


def _is_five(line: Line, at: int) -> bool:
    five = at < len(line.tokens) and line.tokens[at].text == "5"
    return five and line.tag(at + 1, "unit") is not None


def later(day: date, days: float) -> date:
    """Return the day so many days later, or the last day there is."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max
