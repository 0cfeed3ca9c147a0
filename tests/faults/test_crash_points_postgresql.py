"""T1 on PostgreSQL: the desk dies at any of its calls, or the database at any of its own."""

import time
from collections import Counter
from contextlib import contextmanager

import pytest

from tests.faults.mta import Mta
from tests.faults.on_postgresql import desk_on_postgresql
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_crash_points import LETTERS, walk
from tests.faults.victim import Victim
from tests.servers.postgres import Cluster

AT_MOST = 60  # seconds until all is taken after a death of the database


@contextmanager
def desk_alone(broken: str = ""):
    """Lend a desk whose database stays alive."""
    with desk_on_postgresql(broken=broken) as (_database, desk):
        yield desk


def walk_the_desk(numbers) -> None:
    points = [("sendto", number) for number in numbers]

    found, died, tries = walk(points, patience=4, lend=desk_alone)

    print(f"\nT1 PostgreSQL, {died['sendto']} of {len(points)} deaths of the desk, {tries} tries: {found}")
    assert died["sendto"] >= len(points) // 3
    assert found.is_clean(), found


def kill_the_database(database: Cluster, desk: Victim, mta: Mta, call: str, number: int) -> bool:
    """Let a part of the database die at its n-th call while mail comes; tell whether one died."""
    before = database.deaths()
    desk.trace(
        "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}", others=database.pids()
    )
    mta.take(LETTERS)
    end = time.monotonic() + AT_MOST
    while not (mta.flush() and desk.books_answer() and desk.books.is_drained()):
        if database.deaths() > before:
            desk.untrace()  # each new part would die as the first one did
        assert time.monotonic() < end, mta.answers[-5:]
        time.sleep(0.1)
    desk.untrace()
    return database.deaths() > before


def walk_the_database(points) -> None:
    died: Counter[str] = Counter()
    survived = 0
    with desk_on_postgresql() as (database, desk):
        desk.start()
        mta = Mta(desk.smtp_port)
        for call, number in points:
            dead = kill_the_database(database, desk, mta, call, number)
            died[call] += dead
            survived = 0 if dead else survived + 1
            if survived == 4:
                break
        mta.hang_up()
        assert not desk.is_dead()
        drain(desk)
        found = reckon(desk, mta.acknowledged)

    print(f"\nT1 deaths of PostgreSQL {dict(died)} of {len(points)}, {mta.tries} tries: {found}")
    assert sum(died.values()) >= len(points) // 3
    assert set(mta.answers) <= {250, 451, 452}
    assert found.is_clean(), found


@pytest.mark.faults
def test_nothing_is_lost_or_doubled_when_the_desk_dies_beside_its_database():
    walk_the_desk([2, 9, 21, 40])


@pytest.mark.faults
def test_nothing_is_lost_or_doubled_when_the_database_dies_at_a_sync_or_an_answer():
    walk_the_database([("fdatasync", 1), ("fdatasync", 3), ("sendto", 12)])


@pytest.mark.faults
def test_nothing_is_lost_or_doubled_at_any_crash_point_beside_the_database():
    walk_the_desk(range(1, size("POINTS", 80) + 1))


@pytest.mark.faults
@pytest.mark.parametrize("call", ["fdatasync", "pwrite64", "sendto"])
def test_nothing_is_lost_or_doubled_at_any_crash_point_of_the_database(call):
    walk_the_database([(call, number) for number in range(1, size("POINTS", 40) + 1)])
