"""T6: PostgreSQL dies or freezes under load: the door says "not now" in time, and nothing is lost."""

import time
from dataclasses import dataclass, field

import pytest

from tests.faults.books import Reckoning
from tests.faults.mta import Mta
from tests.faults.on_postgresql import desk_on_postgresql
from tests.faults.person import Signed
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.test_sudden_death import traffic
from tests.faults.victim import Victim
from tests.servers import process
from tests.servers.postgres import Cluster

IN_TIME = 10.0  # seconds until a sender has an answer, whatever the database does
BACK = 10.0  # seconds until the desk works again after the database does


@dataclass
class Outcome:
    """What was seen from outside."""

    kills: int
    waits: list[float] = field(default_factory=list)
    answers: set[int] = field(default_factory=set)
    longest: float = 0.0
    found: Reckoning | None = None

    def __str__(self) -> str:
        return (
            f"{self.kills} deaths of PostgreSQL, pages again after {max(self.waits):.1f} s at most, "
            f"answers {sorted(self.answers)}, the longest after {self.longest:.1f} s: {self.found}"
        )


def kill_again_and_again(kills: int, broken: str = "") -> Outcome:
    throw = dice()
    outcome = Outcome(kills)
    with desk_on_postgresql(broken=broken) as (database, desk):
        desk.start()
        person = Signed(desk)
        with traffic(desk.smtp_port) as senders:
            for _ in range(kills):
                time.sleep(throw.uniform(0.3, 1.2))
                database.kill()
                time.sleep(throw.uniform(0.0, 0.5))
                database.start()
                outcome.waits.append(person.waits_for())
        drain(desk, 90)
        assert not desk.is_dead()
        outcome.found = reckon(desk, set().union(*(sender.acknowledged for sender in senders)))
    outcome.answers = {answer for sender in senders for answer in sender.answers}
    outcome.longest = max(sender.longest for sender in senders)
    return outcome


def check(outcome: Outcome) -> None:
    assert outcome.answers <= {250, 451, 452}
    assert outcome.longest <= IN_TIME
    assert max(outcome.waits) <= BACK
    assert outcome.found.is_clean(), outcome.found


def test_what_was_acknowledged_outlives_deaths_of_the_database():
    outcome = kill_again_and_again(size("KILLS", 1))

    print(f"\nT6 {outcome}")
    check(outcome)


@pytest.mark.faults
def test_what_was_acknowledged_outlives_many_deaths_of_the_database():
    outcome = kill_again_and_again(size("KILLS", 60))

    print(f"\nT6 {outcome}")
    check(outcome)


@pytest.mark.faults
def test_deaths_of_the_database_find_a_desk_that_does_not_wait_for_its_disk():
    lost = 0
    for _ in range(5):
        outcome = kill_again_and_again(3, broken="lazy_database")
        lost += len(outcome.found.lost)
        if lost:
            break

    print(f"\nT6 control lazy_database: {outcome}")
    assert lost


def freeze(database: Cluster, desk: Victim, seconds: float) -> tuple[Mta, Signed, float]:
    """Freeze the database while mail comes; return the sender, a person, and the wait after it."""
    desk.start()
    person = Signed(desk)
    mta = Mta(desk.smtp_port)
    mta.take(2)
    assert mta.flush()
    database.freeze()
    try:
        end = time.monotonic() + seconds
        mta.take(3)
        while time.monotonic() < end:
            mta.flush()
    finally:
        database.thaw()
    begun = time.monotonic()
    process.wait_until(mta.flush, what="a yes", seconds=30, log=desk.log_file)
    mta.hang_up()
    return mta, person, time.monotonic() - begun


@pytest.mark.faults
def test_a_database_that_hangs_makes_the_door_say_not_now_in_time():
    with desk_on_postgresql() as (database, desk):
        mta, person, wait = freeze(database, desk, 12)
        wait = max(wait, person.waits_for())
        drain(desk)
        found = reckon(desk, mta.acknowledged)

    refusals = [answer for answer in mta.answers if answer != 250]
    print(
        f"\nT6 frozen: answers {mta.answers}, the longest after {mta.longest:.1f} s, works after {wait:.1f} s"
    )
    assert refusals and set(refusals) <= {451, 452}
    assert mta.longest <= IN_TIME
    assert wait <= BACK
    assert found.is_clean(), found


@pytest.mark.faults
def test_a_frozen_database_finds_a_desk_that_waits_for_ever():
    with desk_on_postgresql(broken="waits_for_ever") as (database, desk):
        mta, _person, _wait = freeze(database, desk, 12)

    print(f"\nT6 control waits_for_ever: the longest answer after {mta.longest:.1f} s")
    assert mta.longest > IN_TIME


@pytest.mark.faults
def test_without_a_database_a_page_says_so_soon_and_comes_back_by_itself():
    with desk_on_postgresql() as (database, desk):
        desk.start()
        person = Signed(desk)
        database.kill()
        seen = [person.load() for _ in range(2)]
        database.start()
        wait = person.waits_for()

    print(
        f"\nT6 pages: {[(status, round(took, 1)) for status, _page, took in seen]}, again after {wait:.1f} s"
    )
    for status, page, took in seen:
        assert status == 503
        assert "does not answer" in page and 'http-equiv="refresh"' in page
        assert took <= IN_TIME
    assert wait <= BACK
