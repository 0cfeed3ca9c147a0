"""T10: what is delivered many times is in the history once; what only looks the same is there twice."""

import threading
from itertools import product

import pytest

from tests.faults.mta import Letter, Mta, letters
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.victim import Victim, victim

THREADS = 8
TIMES = 20  # at most


def namesakes(how_many: int) -> list[Letter]:
    """Return pairs of different letters with one Message-ID, and letters with an empty one or none."""
    heads = {"same": "Message-ID: <same.{number}@home.test>\r\n", "empty": "Message-ID: <>\r\n", "none": ""}
    made = []
    for number, words, name in product(range(how_many), ("first", "second"), heads):
        sender = f"{name}{number}@home.test"
        head = heads[name].format(number=number)
        text = f"From: {sender}\r\nSubject: {words}\r\n{head}\r\nThe {words} of {name} {number}?\r\n"
        made.append(Letter(sender, f"{name} {number} {words}", text.encode()))
    return made


def deliver_many_times(desk: Victim, batch: list[Letter], throw) -> int:
    """Deliver each letter 1 to 20 times, mixed, from many threads at once; return how often in all."""
    copies = [letter for letter in batch for _ in range(throw.randint(1, TIMES))]
    throw.shuffle(copies)
    senders = [Mta(desk.smtp_port) for _ in range(THREADS)]
    for number, letter in enumerate(copies):
        senders[number % THREADS].queue.append(letter)
    threads = [threading.Thread(target=sender.flush) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for sender in senders:
        assert not sender.queue, sender.answers[-3:]
        sender.hang_up()
    return len(copies)


def flood(how_many: int, broken: str = ""):
    """Deliver letters many times, twice over with a death in between."""
    throw = dice()
    mine = letters("d")
    batch = [next(mine) for _ in range(how_many)] + namesakes(how_many // 10)
    with victim(broken=broken) as desk:
        desk.start()
        copies = deliver_many_times(desk, batch, throw)
        desk.kill()
        desk.start()
        copies += deliver_many_times(desk, batch, throw)
        drain(desk)
        found = reckon(desk, ())
        rows = desk.books.rows(
            "SELECT from_address, own_words FROM odzew_message WHERE direction = 'inbound'"
        )
    # Namesakes share a Message-ID, so who counts by it finds them twice: here the words are counted.
    print(
        f"\nT10 {len(batch)} letters in {copies} deliveries: in the history {len(rows)}, of them"
        f" different {len(set(rows))}; findings {len(found.findings)}, difference {found.difference}"
    )
    return batch, rows, found


def test_a_letter_delivered_many_times_is_there_once_and_namesakes_are_both_there():
    batch, rows, found = flood(size("LETTERS", 12))

    assert len(rows) == len(set(rows)) == len(batch)
    assert (found.findings, found.difference) == ([], 0)


@pytest.mark.faults
def test_a_thousand_letters_delivered_many_times_are_there_once():
    batch, rows, found = flood(size("LETTERS", 1000))

    assert len(rows) == len(set(rows)) == len(batch)
    assert (found.findings, found.difference) == ([], 0)


@pytest.mark.faults
def test_the_flood_finds_a_desk_that_knows_no_duplicates():
    batch, rows, _found = flood(5, broken="no_dedup_key")

    assert len(rows) > len(batch)
