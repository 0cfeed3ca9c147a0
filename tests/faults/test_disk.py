"""T4, T5: a disk that fails or fills up makes the desk say "not now", never "yes"."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.mta import Mta
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.victim import victim

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")


def fail_the_disk(when: str, broken: str = ""):
    """Let syncs fail while mail comes; return the answers after the first no, and the reckoning."""
    with victim(broken=broken) as desk:
        desk.start()
        mta = Mta(desk.smtp_port)
        desk.trace("-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={when}")
        for _ in range(12):
            mta.take(1)
            mta.flush()
        desk.untrace()
        healthy_again = [mta.flush() for _ in range(2)]
        mta.hang_up()
        desk.kill()
        desk.start()
        assert mta.flush()
        mta.hang_up()
        drain(desk)
        found = reckon(desk, mta.acknowledged)
    first_no = next(number for number, answer in enumerate(mta.answers) if answer != 250)
    return mta.answers[first_no : first_no + 12], healthy_again, found


# Which sync of a thread fails: one alone, or all from one on.
POINTS = ["1", "3", "2+", "5+"]


@pytest.mark.parametrize("when", POINTS[2:3])
def test_after_a_failed_sync_the_door_says_no_until_the_desk_is_started_again(when):
    answers, healthy_again, found = fail_the_disk(when)

    print(f"\nT4 sync {when} fails: answers since {answers}, {found}")
    assert 250 not in answers[:-1]
    assert all(400 <= answer < 500 for answer in answers[:-1])
    assert healthy_again == [False, False]
    assert found.is_clean(), found


@pytest.mark.faults
@pytest.mark.parametrize(
    "when", [f"{k}{plus}" for k in range(1, size("POINTS", 12) + 1) for plus in ("", "+")]
)
def test_after_any_failed_sync_the_door_says_no(when):
    answers, healthy_again, found = fail_the_disk(when)

    print(f"\nT4 sync {when} fails: answers since {answers}, {found}")
    assert healthy_again == [False, False]
    assert found.is_clean(), found


@pytest.mark.faults
def test_a_failing_disk_finds_a_desk_that_believes_the_next_sync():
    _answers, healthy_again, _found = fail_the_disk("3", broken="believes_the_disk")

    assert True in healthy_again


@contextmanager
def small_disk(megabytes: int, *options: str):
    """Lend a file system with little room."""
    folder = Path(tempfile.mkdtemp(prefix="odzew-small-"))
    given = ",".join([f"size={megabytes}m", "mode=0755", *options])
    subprocess.run(["mount", "-t", "tmpfs", "-o", given, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def fill_up(broken: str = "", letters: int = 150):
    """Send more mail than there is room for, make room, and send the rest."""
    with small_disk(10) as folder, victim(folder, broken=broken) as desk:
        desk.start()
        mta = Mta(desk.smtp_port, size=100_000)
        mta.take(letters)
        for letter in list(mta.queue):
            if mta.offer(letter):
                mta.queue.remove(letter)
        full = list(mta.answers)
        # Enough also for a write-ahead log that somebody always reads: it grows to several times the mails.
        subprocess.run(["mount", "-o", "remount,size=400m", folder], check=True)
        refused = len(mta.queue)
        worked_again = broken or mta.flush()
        mta.hang_up()
        drain(desk)
        return full, refused, worked_again, reckon(desk, mta.acknowledged)


@root_only
def test_a_full_disk_makes_the_door_say_not_now_and_room_makes_it_work_again():
    full, refused, worked_again, found = fill_up()

    print(f"\nT5 full disk: {full.count(250)} taken, {refused} refused for now, then all taken; {found}")
    assert refused > 20
    assert set(full) <= {250, 431, 451, 452}
    assert worked_again
    assert found.is_clean(), found


@root_only
@pytest.mark.faults
def test_a_full_disk_finds_a_desk_that_says_yes_too_early():
    _full, _refused, _worked, found = fill_up(broken="yes_before_disk")

    assert found.lost
