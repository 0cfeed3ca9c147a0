"""T11: the desk dies between sending and saying so; nobody gets an answer twice, and nobody is forgotten."""

import time
import urllib.request
from collections import Counter

import pytest

from tests.faults.mta import Mta
from tests.faults.receiver import Receiver, receiver
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.victim import Victim, victim
from tests.servers import process

FATES = {"ok": 1.0, "later": 0.1, "never": 0.1, "drop": 0.1}
LATER = "SELECT 1 FROM odzew_message WHERE state = 'queued' AND tries = 0 LIMIT 1"


def fill(desk: Victim, server: Receiver, answers: int) -> list[Mta]:
    """Let customers write and a person answer, while the desk cannot send; leave it killed."""
    desk.start()
    senders = [Mta(desk.smtp_port, fate) for fate in FATES]
    for sender, share in zip(senders, FATES.values(), strict=True):
        sender.take(round(answers * share * 1.5))
        assert sender.flush()
        sender.hang_up()
    drain(desk)
    desk.kill()
    assert desk.answer_all() >= answers
    desk.connect({**server.settings(), "receipts": False}, {})
    return senders


def kill_while_sending(desk: Victim, server: Receiver, kills: int) -> int:
    """Kill the desk again and again while it sends; leave it running, and return how often it was killed."""
    throw = dice()
    killed = 0
    while killed < kills and desk.books.rows(LATER):
        before = sum(server.offered.values())
        desk.launch()
        process.wait_until(
            lambda seen=before: sum(server.offered.values()) > seen or not desk.books.rows(LATER),
            what="a mail", log=desk.log_file,
        )  # fmt: skip
        time.sleep(throw.uniform(0, 0.3))
        desk.kill()
        killed += 1
    desk.start()
    process.wait_until(
        lambda: not desk.books.rows(LATER) and "sending" not in desk.books.outbox().values(),
        what="the end of the outbox", seconds=60, log=desk.log_file,
    )  # fmt: skip
    return killed


def run(answers: int, kills: int) -> None:
    with receiver() as server, victim() as desk:
        senders = fill(desk, server, answers)
        killed = kill_while_sending(desk, server, kills)
        found = reckon(desk, set().union(*(sender.acknowledged for sender in senders)))
        states = desk.books.outbox()
        fates = fates_of(desk)
        shown = figures(desk)
        [(paid,)] = desk.books.rows("SELECT COUNT(*) FROM odzew_owed WHERE state = 'paid'")

    twice = [name for name, times in server.taken.items() if times > 1]
    doubtful = {name for name, state in states.items() if state == "in_doubt"}
    sent = {name for name, state in states.items() if state == "sent"}
    print(
        f"\nT11 {killed} kills, {len(states)} answers: {dict(Counter(states.values()))}; "
        f"taken twice {len(twice)}, sent but not taken {len(sent - server.taken.keys())}, "
        f"in doubt and taken {len(doubtful & server.taken.keys())}"
    )
    assert killed >= kills * 2 // 3
    assert twice == []
    assert sent <= server.taken.keys()
    assert server.taken.keys() <= sent | doubtful
    assert shown['odzew_outbox{state="in_doubt"}'] == len(doubtful)
    assert fates["ok"] <= {"sent", "in_doubt"}
    assert fates["later"] <= {"queued", "in_doubt"}
    assert fates["never"] <= {"failed", "in_doubt"}
    assert fates["drop"] == {"in_doubt"}
    assert found.is_clean(), found
    assert paid == len(sent)


def fates_of(desk: Victim) -> dict[str, set[str]]:
    """Return the states of the answers by how their receiver treats mail."""
    rows = desk.books.rows("SELECT to_address, state FROM odzew_message WHERE direction = 'outbound'")
    return {fate: {state for address, state in rows if address.startswith(fate)} for fate in FATES}


def figures(desk: Victim) -> dict[str, int]:
    """Return the figures the desk shows to a monitor."""
    with urllib.request.urlopen(f"{desk.url}/metrics", timeout=10) as answer:
        lines = [line.rpartition(" ") for line in answer.read().decode().splitlines() if line[0] != "#"]
    return {name: int(figure) for name, _blank, figure in lines}


def test_no_answer_goes_out_twice_when_the_desk_dies_while_sending():
    run(size("ANSWERS", 24), size("KILLS", 2))


@pytest.mark.faults
def test_no_answer_goes_out_twice_in_hundreds_of_deaths_while_sending():
    run(size("ANSWERS", 2500), size("KILLS", 200))


@pytest.mark.faults
def test_deaths_while_sending_find_a_desk_that_sends_again():
    with receiver() as server, victim(broken="sends_again") as desk:
        fill(desk, server, 40)
        kill_while_sending(desk, server, 3)

    assert [name for name, times in server.taken.items() if times > 1]
