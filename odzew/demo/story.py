"""The stories of the demo firm as its data files tell them, with moments told from now."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from odzew.domain.worktime import Calendar

DATA = Path(__file__).parent / "data"
LANGUAGES = ("pl", "uk", "ru", "en")
STEPS = (
    "mail",
    "answer",
    "acknowledge",
    "note",
    "promise",
    "postpone",
    "hand_over",
    "waive",
    "close",
    "away",
    "bounce",
    "unreadable",
)
WORKING_DAY = re.compile(r"W([+-]\d+)(?:\+(\d))? (\d\d:\d\d)")
FROM_NOW = re.compile(r"([+-])(\d+):(\d\d)")


class BadStory(Exception):
    """A data file of the demo cannot be played; the text says which story and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened. `told` holds what else the file says about it."""

    at: datetime
    does: str
    text: str
    told: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Story:
    """A customer, and what happened in one conversation with him."""

    name: str
    address: str
    language: str
    steps: list[Step] = field(default_factory=list)


class Days:
    """Moments as the files write them: `W-3 10:15` three working days ago, `-1:20` before now.

    `W-3+1` is the day after that day, be it a working day or not.
    """

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self.calendar = calendar
        self.now = now
        self.today = now.astimezone(calendar.zone).date()

    def moment(self, said: str) -> datetime:
        """Return the moment a file names, aware.

        :raises BadStory: when it cannot be read
        """
        if match := FROM_NOW.fullmatch(said):
            away = timedelta(hours=int(match[2]), minutes=int(match[3]))
            return self.now + away if match[1] == "+" else self.now - away
        if match := WORKING_DAY.fullmatch(said):
            day = self.working_day(int(match[1])) + timedelta(days=int(match[2] or 0))
            return datetime.combine(day, time.fromisoformat(match[3]), self.calendar.zone)
        raise BadStory(f"“{said}” is no moment; write W-3 10:15 or -1:20.")

    def working_day(self, count: int) -> date:
        """Return the working day so many before (-) or after (+) today; 0 is today, whatever it is."""
        day, left = self.today, abs(count)
        while left:
            day += timedelta(days=1 if count > 0 else -1)
            left -= bool(self.calendar.spans_on(day))
        return day


def read_all(days: Days) -> list[Story]:
    """Return all stories, each with its steps in order.

    :raises BadStory: when a file cannot be played
    """
    return [story for language in LANGUAGES for story in _read(language, days)]


def _read(language: str, days: Days) -> Iterator[Story]:
    told = tomllib.loads((DATA / f"conversations_{language}.toml").read_text("utf-8"))
    for one in told["conversation"]:
        story = Story(name=one["name"], address=one["address"], language=language)
        for step in one["step"]:
            story.steps.append(_step(step, days, story))
        yield story


def _step(told: Mapping[str, Any], days: Days, story: Story) -> Step:
    [does] = [word for word in STEPS if word in told] or [""]
    if not does:
        raise BadStory(f"{story.name}: a step that does nothing: {dict(told)}")
    at = days.moment(told["at"])
    if story.steps and at <= story.steps[-1].at:
        raise BadStory(f"{story.name}: {told['at']} does not come after the step before it.")
    due = {"due": days.moment(told["due"])} if "due" in told else {}
    return Step(at=at, does=does, text=str(told[does]).strip(), told={**told, **due})
