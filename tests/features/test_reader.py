"""The reader process: fed ahead, answering in order, and dying for the one payload that kills it."""

import os
import time
from collections.abc import Iterator

import pytest

from odzew.channels.base import Inbound
from odzew.intake.reader import Job, Reader
from tests.features.letters import letter

PATIENCE = 30.0  # a new process needs some of it to begin


class Deadly:
    """Ends the process that takes it out of a frame."""

    def __reduce__(self) -> object:
        return os._exit, (1,)


class Endless:
    """Keeps the process that takes it out of a frame for longer than anybody waits."""

    def __reduce__(self) -> object:
        return time.sleep, (60,)


@pytest.fixture
def reader() -> Iterator[Reader]:
    lent = Reader(PATIENCE, 512)
    yield lent
    lent.stop()


def _job(number: int, **envelope: object) -> Job:
    return "email", letter(f"Letter {number}"), envelope


def _said(answers: list[Inbound | str]) -> list[str]:
    return [a.own_words if isinstance(a, Inbound) else a for a in answers]


def test_many_are_answered_in_their_order(reader: Reader) -> None:
    answers = reader.read_all([_job(number) for number in range(300)])

    assert _said(answers) == [f"Letter {number}" for number in range(300)]


def test_a_payload_that_kills_the_reader_takes_none_of_its_neighbours_along(reader: Reader) -> None:
    jobs = [_job(0), _job(1), _job(2, poison=Deadly()), _job(3), _job(4)]

    said = _said(reader.read_all(jobs))

    assert said[2].startswith("Reading it was stopped: its reader died")
    assert said[:2] + said[3:] == ["Letter 0", "Letter 1", "Letter 3", "Letter 4"]


def test_a_payload_that_never_ends_is_stopped_alone(reader: Reader) -> None:
    reader.read(_job(0))
    reader.seconds = 1

    stopped = reader.read_all([_job(1, poison=Endless())])

    reader.seconds = PATIENCE
    assert stopped == ["Reading it was stopped: it took more than 1 seconds"]
    assert _said(reader.read_all([_job(2)])) == ["Letter 2"]


def test_payloads_longer_than_any_pipe_pass(reader: Reader) -> None:
    long = "A line of words.\n" * 90_000
    jobs: list[Job] = [("email", letter(long), {}), _job(1), ("email", letter(long), {})]

    lengths = [len(said) for said in _said(reader.read_all(jobs))]

    assert lengths == [len(long.strip()), len("Letter 1"), len(long.strip())]
