"""What happens in a year of a firm, whatever its desk: made once from a seed, and given to every desk."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from odzew.domain import cover
from odzew.domain.hours import Calendar

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
A_SPAN = ((time(9), time(17)),)
HOLIDAYS = [(1, 1), (1, 6), (4, 6), (5, 1), (6, 4), (8, 15), (11, 11), (12, 25)]
CALENDAR = Calendar(
    "Europe/Warsaw", (A_SPAN,) * 5 + ((),) * 2, frozenset(date(2026, m, d) for m, d in HOLIDAYS)
)
# What people do; the same under the rules of every desk.
FIRST, MACHINE = 0.86, 0.05  # of the messages: a new matter; a machine; else one more question in a matter
ACKNOWLEDGES = 0.12  # of the letters to a customer: "we are looking into it"
REMEMBERS = 0.5  # of those who wrote that come back to it within two days, without any list
BOUNCES = 0.01  # of the answers
CHASES = 0.4  # of the customers who wait write again, after two to seven days, and then again
FALLS_ILL = 0.02 / 3  # each day, of those who work here; for one to ten days


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a customer, or a machine's; with the number of an old matter, one more question in it."""

    at: datetime
    matter: int
    automatic: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """Who works here, who is away when, what comes in, and when the machine falls over."""

    seed: int
    people: int
    teams: int
    end: datetime
    messages: tuple[Message, ...]
    absences: tuple[cover.Absence, ...]
    crashes: tuple[datetime, ...]

    def team(self, person: int) -> int:
        """Return the team of a person."""
        return (person - 1) % self.teams

    def luck(self, matter: int, what: str, turn: int = 0) -> float:
        """Return a number from 0 to 1 that depends on nothing but the seed and what is asked."""
        return random.Random(f"{self.seed} {matter} {what} {turn}").random()


def make(*, seed: int, people: int, messages: int, days: int, crashes: int) -> Year:
    """Make a year."""
    chance, end = random.Random(seed), BEGIN + days * A_DAY
    return Year(
        seed=seed,
        people=people,
        teams=max(1, people // 10),
        end=end,
        messages=tuple(sorted(_messages(chance, messages, days), key=lambda m: m.at)),
        absences=tuple(sorted(_absences(chance, people, days), key=lambda a: a.since)),
        crashes=tuple(sorted(BEGIN + chance.random() * (end - BEGIN) for _ in range(crashes))),
    )


def _messages(chance: random.Random, count: int, days: int) -> Iterator[Message]:
    begun: list[datetime] = []
    for _ in range(count):
        at = BEGIN + chance.randrange(days) * A_DAY + chance.triangular(0, 24, 11) * AN_HOUR
        kind = chance.random()
        if kind < FIRST or not begun:
            begun.append(at)
            yield Message(at, len(begun))
        else:
            matter = chance.randrange(len(begun))
            later = begun[matter] + chance.random() * 30 * A_DAY
            automatic = "auto-replied" if kind < FIRST + MACHINE else ""
            yield Message(min(later, BEGIN + days * A_DAY), matter + 1, automatic)


def _absences(chance: random.Random, people: int, days: int) -> Iterator[cover.Absence]:
    for person in range(1, people + 1):
        for length in (
            14,
            7,
            5,
        ):  # leave: planned, with a colleague who has accepted, or nobody (one in five)
            since = BEGIN + chance.randrange(max(1, days - length)) * A_DAY
            until, colleague = since + length * A_DAY, chance.randrange(1, people + 1)
            accepted = colleague != person and chance.random() < 0.8
            covers = (cover.Cover(colleague, since, until),) if accepted else ()
            yield cover.Absence(person, since, until, covers)
        for day in range(days):  # sickness: nobody knew of it, in the middle of the day, for one to ten days
            if chance.random() < FALLS_ILL:
                since = BEGIN + day * A_DAY + chance.uniform(6, 16) * AN_HOUR
                yield cover.Absence(person, since, since + chance.randint(1, 10) * A_DAY)
