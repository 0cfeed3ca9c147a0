"""T6: PostgreSQL killed whole under load: what was acknowledged is there, and the desk goes on by itself."""

import time
import urllib.request

import pytest

from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.test_sudden_death import traffic
from tests.faults.victim import victim
from tests.servers import process
from tests.servers.postgres import cluster


def pages_answer(desk) -> bool:
    try:
        with urllib.request.urlopen(f"{desk.url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def run(kills: int) -> None:
    throw = dice()
    waits = []
    with cluster(durable=True) as database, victim(DATABASE_URL=database.url) as desk:
        desk.start()
        with traffic(desk.smtp_port) as senders:
            for _ in range(kills):
                time.sleep(throw.uniform(0.3, 1.2))
                database.kill()
                time.sleep(throw.uniform(0.0, 0.5))
                database.start()
                begun = time.monotonic()
                process.wait_until(lambda: pages_answer(desk), what="a page", seconds=30, log=desk.log_file)
                waits.append(time.monotonic() - begun)
        drain(desk, 90)
        found = reckon(desk, set().union(*(sender.acknowledged for sender in senders)))
        refusals = {answer for sender in senders for answer in sender.answers}
        assert not desk.is_dead()
    print(
        f"\nT6 {kills} kills of PostgreSQL, pages again after {max(waits):.1f} s at most, "
        f"answers {refusals}: {found}"
    )
    # 0 is no answer in time, or a line that broke: the sender keeps the mail, as after a 4xx.
    assert refusals <= {0, 250, 451, 452}
    assert max(waits) <= 10
    assert found.is_clean(), found


@pytest.mark.faults  # it took from one to more than two minutes; why, is not known yet
def test_what_was_acknowledged_outlives_deaths_of_the_database():
    run(size("KILLS", 4))


@pytest.mark.faults
def test_what_was_acknowledged_outlives_many_deaths_of_the_database():
    run(size("KILLS", 60))
