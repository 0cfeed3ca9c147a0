"""T16: days on which the clocks of offices are put on and back, a leap day, the end of a year."""

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.faults.mta import Mta
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_clock import DAY, HOUR, timed
from tests.faults.victim import Victim
from tests.servers.clock import Clock

# Open at night, when clocks are changed, and by day; in minutes since midnight for the oracle below.
OPEN = [["00:30", "04:30"], ["09:00", "17:00"]]
SPANS = [(30, 270), (540, 1020)]
ANSWER_MINUTES = 300
MINUTE = timedelta(minutes=1)
NIGHTS = {
    "Warsaw, an hour is lost": ("Europe/Warsaw", "2026-03-29T00:59:55"),
    "Warsaw, an hour comes twice": ("Europe/Warsaw", "2026-10-25T00:59:55"),
    "Kyiv, an hour is lost": ("Europe/Kyiv", "2026-03-29T00:59:55"),
    "Kyiv, an hour comes twice": ("Europe/Kyiv", "2026-10-25T00:59:55"),
    "Lord Howe, half an hour comes twice": ("Australia/Lord_Howe", "2026-04-04T14:59:55"),
    "Lord Howe, half an hour is lost": ("Australia/Lord_Howe", "2026-10-03T15:29:55"),
    "Warsaw, a leap day": ("Europe/Warsaw", "2028-02-28T22:59:55"),
    "Apia, a leap day": ("Pacific/Apia", "2028-02-28T10:59:55"),
    "Kyiv, the year ends": ("Europe/Kyiv", "2026-12-31T21:59:55"),
    "Apia, the year ends": ("Pacific/Apia", "2026-12-31T10:59:55"),
}
JUMPS = [0, HOUR, -HOUR, 2 * HOUR, DAY, -DAY, 0]


@dataclass(frozen=True)
class Debt:
    """What the desk says it owes."""

    opened_at: datetime
    due_at: datetime


def office(desk: Victim, zone: str) -> None:
    """Move the office of the desk to a zone."""
    hours = json.dumps({day: OPEN for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
    desk.books.change(
        f"UPDATE odzew_team SET timezone = '{zone}', hours = '{hours}', answer_minutes = {ANSWER_MINUTES}"
    )


def debts(desk: Victim, after: int) -> list[Debt]:
    """Return the debts with a higher number."""
    rows = desk.books.rows(f"SELECT opened_at, due_at FROM odzew_owed WHERE id > {after}")
    return [Debt(*(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in row)) for row in rows]


def worked(debt: Debt, zone: str) -> timedelta:
    """Return the open time between opening and due, counted minute by minute on the wall of the office."""
    total, at = timedelta(0), debt.opened_at
    while at < debt.due_at:
        until = min(at.replace(second=0, microsecond=0) + MINUTE, debt.due_at)
        wall = at.astimezone(ZoneInfo(zone))
        if any(opens <= wall.hour * 60 + wall.minute < closes for opens, closes in SPANS):
            total += until - at
        at = until
    return total


def live_through(desk: Victim, clock: Clock, mta: Mta, zone: str, night: str, letters: int) -> list[Debt]:
    """Let mail come while the clock of the desk jumps about a moment; return what it opened."""
    office(desk, zone)
    [(last,)] = desk.books.rows("SELECT COALESCE(MAX(id), 0) FROM odzew_owed")
    base = datetime.fromisoformat(night).replace(tzinfo=UTC).timestamp() - time.time()
    for jump in JUMPS:
        clock.set(round(base + jump))
        threading.Event().wait(0.1)
        mta.take(letters)
        # Told "not now", a sender tries again; what it is told the second time says why.
        assert mta.flush() or mta.flush(), mta.answers[-3:]
    drain(desk)
    return debts(desk, last)


def live(tmp_path, nights, letters: int, broken: str = ""):
    """Live through nights; return how many debts there are, those with a wrong hour, and the reckoning."""
    wrong = []
    count = 0
    with timed(tmp_path, broken) as (desk, clock):
        desk.start()
        mta = Mta(desk.smtp_port, "night")
        for name in nights:
            zone, night = NIGHTS[name]
            for debt in live_through(desk, clock, mta, zone, night, letters):
                count += 1
                if worked(debt, zone) != timedelta(minutes=ANSWER_MINUTES):
                    wrong.append((name, debt, worked(debt, zone)))
        mta.hang_up()
        clock.set(0)
        return count, wrong, reckon(desk, mta.acknowledged)


def check(tmp_path, nights, letters: int) -> None:
    count, wrong, found = live(tmp_path, nights, letters)

    print(
        f"\nT16 {len(nights)} nights with {len(JUMPS)} jumps each: {count} debts, "
        f"{len(wrong)} with a wrong hour; {found}"
    )
    assert count >= len(nights) * len(JUMPS)
    assert wrong == []
    assert found.is_clean(), found


@pytest.mark.faults
def test_due_moments_are_right_when_the_clock_jumps_about_odd_nights(tmp_path):
    check(tmp_path, list(NIGHTS)[::3], letters=3)


@pytest.mark.faults
def test_due_moments_are_right_when_the_clock_jumps_about_all_odd_nights(tmp_path):
    check(tmp_path, list(NIGHTS), letters=size("LETTERS", 12))


@pytest.mark.faults
def test_odd_nights_find_a_desk_that_adds_by_the_wall(tmp_path):
    _count, wrong, _found = live(tmp_path, list(NIGHTS)[:2], letters=2, broken="adds_by_the_wall")

    print(f"\nT16 control adds_by_the_wall: {len(wrong)} wrong hours")
    assert wrong
