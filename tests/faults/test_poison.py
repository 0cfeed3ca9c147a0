"""T7, T8, T9: no mail stops the desk or another mail, and what cannot be read is owed for all the same."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.mta import Letter, Mta
from tests.faults.mutants import bombs, mutants
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.victim import Victim, victim
from tests.servers import process

SOON = 60  # seconds until the good ones are in the history


def send(desk: Victim, mails: dict[str, bytes]) -> None:
    """Hand mails in; the sender's name in the envelope is the key."""
    mta = Mta(desk.smtp_port)
    mta.queue = [Letter(f"{name}@home.test", name, content) for name, content in mails.items()]
    assert mta.flush(), mta.answers[-3:]
    mta.hang_up()


def check(desk: Victim, how_many: int) -> tuple[int, int]:
    """Check that each mail is in the history once and owed for; return how many are quarantined."""
    found = reckon(desk, ())
    states = desk.books.payloads()
    assert (found.findings, found.difference, found.in_history) == ([], 0, how_many)
    assert sum(states.values()) == states["accepted"] + states["quarantined"] == how_many
    return states["accepted"], states["quarantined"]


def peak(pid: int) -> int:
    """Return the most memory a process ever held, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def mutate(how_many: int) -> None:
    made = mutants(dice())
    with victim() as desk:
        desk.start()
        begun = time.monotonic()
        send(desk, {f"m{number}": next(made) for number in range(how_many)})
        drain(desk, SOON + how_many / 20)
        seconds = time.monotonic() - begun
        accepted, quarantined = check(desk, how_many)
    print(f"\nT7 {how_many} mutants in {seconds:.1f} s: read {accepted}, quarantined and owed {quarantined}")


@pytest.mark.faults
def test_every_mutant_is_in_the_history_once():
    mutate(size("MUTANTS", 300))


@pytest.mark.faults
def test_every_one_of_thousands_of_mutants_is_in_the_history_once():
    mutate(size("MUTANTS", 10_000))


@pytest.mark.faults
def test_mutants_find_a_desk_that_forgets_what_it_cannot_read():
    how_many = 60
    made = mutants(random.Random(7))
    with victim(broken="drops_poison") as desk:
        desk.start()
        send(desk, {f"m{number}": next(made) for number in range(how_many)})
        drain(desk, SOON)
        found = reckon(desk, ())

    print(f"\nT7 control drops_poison: {how_many - found.in_history} of {how_many} forgotten")
    assert found.in_history < how_many
    assert len(found.findings) >= how_many - found.in_history


@pytest.mark.faults
def test_bombs_find_a_desk_that_forgets_what_it_cannot_read():
    parts = {name: content for name, content in bombs().items() if "2,000" in name or "parenth" in name}
    with victim(broken="drops_poison") as desk:
        desk.start()
        send(desk, {f"b{number}": content for number, content in enumerate(parts.values())})
        drain(desk, SOON)
        found = reckon(desk, ())

    print(f"\nT9 control drops_poison: {len(parts) - found.in_history} of {len(parts)} forgotten")
    assert found.in_history < len(parts)


@pytest.mark.faults
def test_bombs_are_read_or_quarantined_within_limits_of_time_and_memory():
    with victim() as desk:
        desk.start()
        before = peak(desk.pid)
        took = {}
        for number, (name, content) in enumerate(bombs().items()):
            begun = time.monotonic()
            send(desk, {f"b{number}": content})
            drain(desk, SOON)
            took[name] = time.monotonic() - begun
        grown = peak(desk.pid) - before
        accepted, quarantined = check(desk, len(took))
        worst = max(took, key=lambda name: took[name])
    print(
        f"\nT9 {len(took)} bombs: read {accepted}, quarantined {quarantined}; "
        f"{worst} took {took[worst]:.1f} s; the desk grew by {grown} MB"
    )
    assert grown <= 256


def good(number: int) -> bytes:
    return b"From: g%d@home.test\r\nSubject: s\r\nMessage-ID: <g%d@home.test>\r\n\r\nWhere is it?\r\n" % (
        number,
        number,
    )


def poison(order: str) -> bytes:
    head = f"From: p@home.test\r\nX-Order: {order}\r\nMessage-ID: <{order}@home.test>\r\n"
    return f"{head}\r\nIs it late?\r\n".encode()


def mixed(orders: tuple[str, ...], how_many: int) -> dict[str, bytes]:
    """Return good mails with the poisonous ones among them."""
    mails = {f"g{number}": good(number) for number in range(how_many)}
    names = list(mails)
    for place, order in enumerate(orders):
        names.insert((place + 1) * how_many // (len(orders) + 1), order)
    return {name: mails.get(name) or poison(name) for name in names}


def are_in(desk: Victim, how_many: int) -> bool:
    """Tell whether so many good mails are in the history."""
    return sum(name.startswith("<g") for name in desk.books.history()) == how_many


def test_good_mail_passes_poison_that_hangs_eats_memory_kills_and_trips_its_reader():
    orders = ("hang", "eat", "die", "trip")
    how_many = 96
    with victim(broken="obeying", ODZEW_PARSE_SECONDS="2") as desk:
        desk.start()
        begun = time.monotonic()
        send(desk, mixed(orders, how_many))
        process.wait_until(
            lambda: are_in(desk, how_many), what="the good mails", seconds=SOON, log=desk.log_file
        )
        seconds = time.monotonic() - begun
        drain(desk, SOON)
        accepted, quarantined = check(desk, how_many + len(orders))
    print(
        f"\nT8 {how_many} good mails with {len(orders)} poisonous ones: in the history after {seconds:.1f} s"
    )
    assert (accepted, quarantined) == (how_many, len(orders))


@pytest.mark.faults
def test_poison_finds_a_desk_that_waits_for_its_reader():
    with victim(broken="patient") as desk:
        desk.start()
        send(desk, mixed(("hang",), 10))
        time.sleep(8)

        assert not are_in(desk, 10)


def test_the_reader_of_a_killed_desk_ends_even_in_the_middle_of_poison():
    with victim(broken="obeying", ODZEW_PARSE_SECONDS="2") as desk:
        desk.start()
        send(desk, {"hang": poison("hang")})
        time.sleep(0.5)
        os.kill(desk.pid, signal.SIGKILL)

        process.wait_until(lambda: not readers(desk.pid), what="the end of the reader", seconds=10)


@pytest.mark.faults
def test_a_word_to_the_whole_group_does_not_blame_the_mail_in_hand():
    with victim(broken="obeying", ODZEW_PARSE_SECONDS="4") as desk:
        desk.start()
        send(desk, {"hang": poison("hang")})
        time.sleep(1)
        before = readers(desk.pid)
        for reader in before:
            os.kill(reader, signal.SIGINT)
            os.kill(reader, signal.SIGTERM)
        time.sleep(0.5)

        assert before
        assert readers(desk.pid) == before


def readers(group: int) -> list[int]:
    """Return the reading processes of a desk."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "-g", str(group)], capture_output=True, text=True
    ).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "child" in line]
