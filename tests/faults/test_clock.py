"""T16, T17: the clock jumps, or the desk is off for days: nothing is forgotten or done twice."""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.mta import Mta
from tests.faults.receiver import receiver
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.test_sudden_death import traffic
from tests.faults.victim import Victim, victim
from tests.servers import process
from tests.servers.clock import Clock

HOUR, DAY = 3600, 86400
SOON = 60


@contextmanager
def timed(tmp_path: Path, broken: str = ""):
    """Lend a desk and its clock."""
    clock = Clock(tmp_path / "clock")
    with victim(broken=broken, **clock.environment) as desk:
        yield desk, clock


def owed(desk: Victim) -> list[dict[str, object]]:
    """Return what the desk says is owed, by its own clock."""
    done = subprocess.run(
        [sys.executable, "-m", "odzew", "owed", "--json", "--data", desk.data],
        capture_output=True, env=desk.environment, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    return list(said)


def jump(tmp_path: Path, jumps: int) -> None:
    throw = dice()
    with timed(tmp_path) as (desk, clock):
        desk.start()
        with traffic(desk.smtp_port) as senders:
            for _ in range(jumps):
                clock.set(throw.choice([-DAY, -HOUR, -1, 0, 1, HOUR, DAY, 3 * DAY]))
                threading.Event().wait(0.4)
        clock.set(0)
        drain(desk)
        found = reckon(desk, set().union(*(sender.acknowledged for sender in senders)))
        [(upside_down,)] = desk.books.rows("SELECT COUNT(*) FROM odzew_owed WHERE due_at < opened_at")
    print(f"\nT16 {jumps} jumps of the clock: {found}")
    assert found.is_clean(), found
    assert upside_down == 0


def test_no_mail_is_lost_or_doubled_when_the_clock_jumps(tmp_path):
    jump(tmp_path, size("JUMPS", 8))


@pytest.mark.faults
def test_no_mail_is_lost_or_doubled_when_the_clock_jumps_often(tmp_path):
    jump(tmp_path, size("JUMPS", 200))


def put_off(desk: Victim, clock: Clock, server, seconds: int) -> int:
    """Let a server put an answer off, set the clock, and return how often it was offered within 8 s."""
    mta = Mta(desk.smtp_port, "later")
    desk.start()
    mta.take(1)
    assert mta.flush()
    mta.hang_up()
    drain(desk)
    desk.kill()
    desk.answer_all()
    desk.connect({**server.settings(), "receipts": False}, {})
    desk.start()
    tried = "SELECT 1 FROM odzew_message WHERE tries = 1"
    process.wait_until(lambda: desk.books.rows(tried), what="a first try", log=desk.log_file)
    clock.set(seconds)
    threading.Event().wait(8)
    [times] = server.offered.values()
    return times


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(HOUR, id="an hour on", marks=pytest.mark.faults),
        pytest.param(-DAY, id="a day back", marks=pytest.mark.faults),
    ],
)
def test_an_answer_that_was_put_off_is_tried_again_once_when_the_clock_jumps(tmp_path, seconds):
    with receiver() as server, timed(tmp_path) as (desk, clock):
        assert put_off(desk, clock, server, seconds) == 2


@pytest.mark.faults
def test_a_clock_set_back_finds_a_desk_that_trusts_it(tmp_path):
    with receiver() as server, timed(tmp_path, broken="trusts_the_clock") as (desk, clock):
        assert put_off(desk, clock, server, -DAY) == 1
        assert not is_in_doubt_a_day_back(desk, clock, server)


def is_in_doubt_a_day_back(desk: Victim, clock: Clock, server) -> bool:
    """Kill a desk while it sends, set the clock back, and tell whether the answer is in doubt soon after."""
    mta = Mta(desk.smtp_port, "slow")
    mta.take(1)
    assert mta.flush()
    mta.hang_up()
    drain(desk)
    desk.kill()
    clock.set(0)
    desk.answer_all()
    desk.connect({**server.settings(), "receipts": False}, {})
    desk.launch()
    process.wait_until(lambda: any("slow" in to for _from, to, _mail in server.mails), what="a mail")
    desk.kill()
    clock.set(-DAY)
    desk.start()
    return "in_doubt" in desk.books.outbox().values()


@pytest.mark.faults
def test_what_was_cut_short_is_in_doubt_at_once_also_when_the_clock_was_set_back(tmp_path):
    with receiver() as server, timed(tmp_path) as (desk, clock):
        desk.start()
        assert is_in_doubt_a_day_back(desk, clock, server)


@pytest.mark.faults
def test_an_answer_that_was_put_off_waits_when_the_clock_does_not_jump(tmp_path):
    with receiver() as server, timed(tmp_path) as (desk, clock):
        assert put_off(desk, clock, server, 0) == 1


def stay_off(tmp_path, debts: int) -> None:
    with receiver() as server, timed(tmp_path) as (desk, clock):
        mta = Mta(desk.smtp_port, "ok")
        desk.start()
        mta.take(debts * 3 // 2)
        assert mta.flush()
        drain(desk)
        before = owed(desk)
        # Killed while mail still waits to be read, and three days pass.
        mta.take(15)
        assert mta.flush()
        mta.hang_up()
        desk.kill()
        clock.set(3 * DAY)
        desk.start()
        drain(desk)
        after = {line["id"]: line for line in owed(desk)}
        desk.kill()
        answers = desk.answer_all()
        desk.connect({**server.settings(), "receipts": False}, {})
        desk.start()
        process.wait_until(
            lambda: set(desk.books.outbox().values()) == {"sent"},
            what="the answers", seconds=SOON + debts / 10, log=desk.log_file,
        )  # fmt: skip
        found = reckon(desk, mta.acknowledged)

    late = [line for line in before if after[line["id"]]["late"]]
    print(f"\nT17 three days off: {len(before)} owed before, {len(late)} of them late; {answers} answered")
    assert not any(line["late"] for line in before)
    assert len(late) == len(before)
    assert all(after[line["id"]]["due_at"] == line["due_at"] for line in before)
    assert len(server.taken) == answers
    assert max(server.taken.values()) == 1
    assert found.is_clean(), found


@pytest.mark.faults
def test_after_three_days_off_everything_is_late_and_answered_once(tmp_path):
    stay_off(tmp_path, 12)


@pytest.mark.faults
def test_after_three_days_off_five_hundred_debts_are_late_and_answered_once(tmp_path):
    stay_off(tmp_path, size("DEBTS", 500))
