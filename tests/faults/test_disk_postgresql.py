"""T5 on PostgreSQL, and without inodes: a disk without room makes the desk say "not now"."""

import subprocess

import pytest

from tests.faults.mta import Mta
from tests.faults.on_postgresql import desk_on_postgresql
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_disk import root_only, small_disk
from tests.faults.victim import victim
from tests.servers import process

ENOUGH = 20  # refusals in a row
LITTLE_JOURNAL = ("min_wal_size=32MB", "max_wal_size=48MB")


def fill(mta: Mta, letters: int) -> list[int]:
    """Offer letters once each until none is taken; return the answers, and leave the rest in the queue."""
    mta.take(letters)
    for letter in list(mta.queue):
        if mta.offer(letter):
            mta.queue.remove(letter)
        elif 250 not in mta.answers[-ENOUGH:]:
            break  # each no takes a second or two, and says what the one before it said
    return list(mta.answers)


def fill_the_database(megabytes: int):
    with small_disk(megabytes) as folder, desk_on_postgresql(process.give(folder), LITTLE_JOURNAL) as lent:
        database, desk = lent
        desk.start()
        mta = Mta(desk.smtp_port, size=400_000)
        full = fill(mta, megabytes * 2)
        refused = len(mta.queue)
        subprocess.run(["mount", "-o", "remount,size=1200m", folder], check=True)
        if not database.answers():
            database.start()
        process.wait_until(mta.flush, what="a yes to all", seconds=60, log=desk.log_file)
        mta.hang_up()
        assert not desk.is_dead()
        drain(desk)
        return full, refused, reckon(desk, mta.acknowledged)


def check(megabytes: int) -> None:
    full, refused, found = fill_the_database(megabytes)

    print(
        f"\nT5 PostgreSQL on {megabytes} MB: {full.count(250)} taken, {refused} not for now "
        f"({sorted(set(full))}), then all taken; {found}"
    )
    assert refused > 5
    assert set(full) <= {250, 451, 452}
    assert found.is_clean(), found


@root_only
@pytest.mark.faults
@pytest.mark.parametrize("megabytes", range(100, 100 + 8 * size("DISKS", 4), 8))
def test_a_full_disk_of_the_database_makes_the_door_say_not_now(megabytes):
    check(megabytes)


@root_only
@pytest.mark.faults
def test_a_disk_without_inodes_loses_nothing_and_stops_nothing_for_good():
    with small_disk(200, "nr_inodes=400") as folder, victim(folder) as desk:
        desk.start()
        for number in range(500):
            try:
                (folder / f"filler{number}").touch()
            except OSError:
                break
        mta = Mta(desk.smtp_port)
        full = fill(mta, 40)
        desk.kill()
        for filler in folder.glob("filler*"):
            filler.unlink()
        desk.start()
        process.wait_until(mta.flush, what="a yes to all", seconds=30, log=desk.log_file)
        mta.hang_up()
        drain(desk)
        found = reckon(desk, mta.acknowledged)

    print(f"\nT5 no inode left after {number} files: answers {sorted(set(full))}; {found}")
    assert number < 499
    assert set(full) <= {250, 451, 452}
    assert found.is_clean(), found
