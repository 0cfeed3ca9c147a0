"""T1: the desk may die at every sync, write and answer, and nothing it promised is lost or doubled."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import pytest

from tests.faults.books import Reckoning
from tests.faults.mta import Mta
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.victim import Victim, victim
from tests.servers import process

SPREAD = {"fdatasync": (1, 2), "pwrite64": (4, 17, 30), "sendto": (1, 10)}
LETTERS = 6  # a visit; all in one session, in which the tenth answer is the first yes to a mail


def visit(desk: Victim, mta: Mta, call: str, number: int) -> bool:
    """Let the desk die at a thread's n-th call while it takes mail, and tell whether it died there."""
    desk.start()
    desk.trace("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
    mta.take(LETTERS)
    died = not (mta.flush() and survives_the_worker(desk))
    if died:
        process.wait_until(desk.is_dead, what="the end of the desk", log=desk.log_file)
    desk.kill()
    mta.hang_up()
    return died


def survives_the_worker(desk: Victim) -> bool:
    """Wait until the worker has done its work or died of it."""
    process.wait_until(lambda: desk.is_dead() or desk.books.is_drained(), what="the worker", seconds=30)
    return not desk.is_dead()


def walk(
    points: Iterable[tuple[str, int]],
    broken: str = "",
    patience: int = 100,
    lend: Callable[..., AbstractContextManager[Victim]] = victim,
) -> tuple[Reckoning, Counter[str], int]:
    """Visit crash points one after the other on the same books; return what is found at the end.

    So many visits survived one after the other say that no thread gets any further.
    """
    died: Counter[str] = Counter()
    survived = 0
    with lend(broken=broken) as desk:
        mta = Mta(desk.smtp_port)
        for call, number in points:
            dead = visit(desk, mta, call, number)
            died[call] += dead
            survived = 0 if dead else survived + 1
            if survived == patience:
                break
            assert broken or mta.acknowledged <= kept(desk)
        desk.start()
        while not mta.flush():
            pass
        mta.hang_up()
        drain(desk)
        return reckon(desk, mta.acknowledged), died, mta.tries


def kept(desk: Victim) -> set[str]:
    """Return the Message-IDs of what is on disk, read or not."""
    contents = (bytes(row[0]) for row in desk.books.rows("SELECT content FROM odzew_raw"))
    return {content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode() for content in contents}


def test_nothing_is_lost_or_doubled_at_crash_points_spread_over_the_way_of_a_mail():
    points = [(call, number) for call, numbers in SPREAD.items() for number in numbers]

    found, died, tries = walk(points)

    print(f"\nT1 {sum(died.values())} deaths {dict(died)} of {len(points)} points, {tries} tries: {found}")
    assert sum(died.values()) >= len(points) - 2
    assert found.is_clean(), found


@pytest.mark.parametrize(("broken", "point", "fault"), [
    pytest.param("no_dedup_key", ("sendto", 10), "twice", marks=pytest.mark.faults),
    pytest.param("yes_before_disk", ("fdatasync", 1), "lost", marks=pytest.mark.faults),
])  # fmt: skip
def test_the_crash_points_find_a_desk_without(broken, point, fault):
    found, _died, _tries = walk([point], broken=broken)

    print(f"\nT1 control {broken}: {found}")
    assert getattr(found, fault)


@pytest.mark.faults
@pytest.mark.parametrize("call", ["fdatasync", "pwrite64", "sendto"])
def test_nothing_is_lost_or_doubled_at_any_crash_point(call):
    points = [(call, number) for number in range(1, size("POINTS", 200) + 1)]

    found, died, tries = walk(points, patience=4)

    print(f"\nT1 {call}: {died[call]} deaths of {len(points)} points, {tries} tries: {found}")
    assert died[call] >= 10
    assert found.is_clean(), found
