"""The worker reads one batch while it writes the one before, and neither order nor anything else suffers."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Timer

import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

from odzew.conversations.models import Conversation, Message
from odzew.intake import drain as drains
from odzew.intake.drain import Drain
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from odzew.lib.clock import now
from tests.features.letters import Desk, letter, open_desk

MOST_STATEMENTS = 42  # of a batch, with that which reads the next one ahead, BEGIN and savepoints

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(drains, "BATCH", 2)
    return open_desk()


def test_the_worker_carries_batch_after_batch_until_nothing_waits(desk: Desk) -> None:
    for number in range(5):
        desk.hand_in(letter(f"Letter {number}"))

    carried = [desk.drain.step() for _ in range(4)]

    assert carried == [2, 2, 1, 0]
    assert list(Message.objects.order_by("pk").values_list("own_words", flat=True)) == [
        f"Letter {number}" for number in range(5)
    ]


def test_a_batch_costs_so_many_statements_whatever_it_holds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drains, "BATCH", 100)
    asked = []
    for round_, size in enumerate((1, 2, 8)):
        for number in range(size):
            first = f"<{round_}.{number}@example.org>"
            desk.hand_in(letter(f"Question {number}", message_id=first))
            desk.hand_in(letter("Well?", in_reply_to=f"<{round_ - 1}.{number}@example.org>"))
        with CaptureQueriesContext(connection) as captured:
            assert desk.drain.step() == 2 * size
        asked.append(len(captured))

    assert max(asked) <= MOST_STATEMENTS, asked
    assert asked[2] <= asked[1]  # of which one only joined what was there


def test_a_letter_that_comes_while_a_batch_is_written_is_carried_next(desk: Desk) -> None:
    desk.hand_in(letter("First"))
    assert desk.drain.step() == 1

    desk.hand_in(letter("Second"))

    assert [desk.drain.step(), desk.drain.step()] == [1, 0]


def test_what_came_later_does_not_overtake_what_could_not_be_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hand_in(letter("Where is it?", message_id="<1st@example.org>"))
    desk.hand_in(letter("Another one"))
    desk.hand_in(letter("Well?", in_reply_to="<1st@example.org>"))
    with monkeypatch.context() as broken:
        broken.setattr(drains, "accept", _database_is_gone)
        with pytest.raises(OperationalError):
            desk.drain.step()

    while desk.drain.step():
        pass

    chaser = Message.objects.get(own_words="Well?")
    assert chaser.conversation == Message.objects.get(own_words="Where is it?").conversation
    assert Conversation.objects.count() == 2


def test_a_reader_that_is_told_to_stop_counts_no_try_and_leaves_the_letter_waiting(desk: Desk) -> None:
    desk.hand_in(letter("Kept"))
    worker = Drain(Reader(20, 512))
    worker.reader.start()
    assert worker.reader.child is not None
    os.kill(worker.reader.child.pid, signal.SIGSTOP)  # it is in the middle of a long letter
    stopping = Timer(0.2, worker.reader.stop)
    stopping.start()

    assert worker.step() == 0

    stopping.join()
    assert (Raw.objects.get().state, Raw.objects.get().tries) == (Raw.State.KEPT, 0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one worker")
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_the_same_letter(desk: Desk) -> None:
    for number in range(6):
        desk.hand_in(letter(f"Letter {number}"))
    together = Barrier(2)

    def claim() -> list[int]:
        together.wait()
        try:
            return [row.pk for _ in range(3) for row in drains._claim(drains._due(now(), []), now())]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        first, second = (job.result() for job in [workers.submit(claim), workers.submit(claim)])

    assert not set(first) & set(second)
    assert len(first) + len(second) == 6


def _database_is_gone(*_: object) -> int:
    raise OperationalError("the server closed the connection")
