"""A loop that found nothing rests while nobody writes to the books, and misses nothing by it."""

import sqlite3

import pytest
from django.db import connection

from odzew.queue.loop import Loop
from odzew.queue.quiet import Quiet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such number: it never rests"),
]


class Looks(Loop):
    """A loop that counts how often it looked; `left` of the looks find something."""

    def __init__(self, left: int, rest: float = 60) -> None:
        super().__init__("looks", self.look, pause=0, rest=rest)
        self.left, self.looked = left, 0

    def look(self) -> int:
        self.looked += 1
        self.left -= 1
        return int(self.left >= 0)


def write_beside() -> None:
    connection.ensure_connection()
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("CREATE TABLE beside (x)")
    other.execute("DROP TABLE beside")
    other.commit()
    other.close()


def test_it_looks_again_only_when_somebody_else_has_written() -> None:
    loop = Looks(0)
    for _ in range(3):
        loop.once()
    assert loop.looked == 1

    write_beside()
    loop.once()
    loop.once()
    assert loop.looked == 2


def test_it_does_not_rest_while_it_finds_something_nor_when_it_is_woken() -> None:
    loop = Looks(2)
    for _ in range(5):
        loop.once()
    assert loop.looked == 3

    loop.once(woken=True)
    assert loop.looked == 4


def test_without_a_rest_or_after_it_every_call_looks() -> None:
    restless, rested = Looks(0, rest=0), Looks(0, rest=1e-9)
    for loop in (restless, rested):
        loop.once()
        loop.once()
        assert loop.looked == 2


def test_another_connection_is_told_nothing_by_the_number_of_the_last() -> None:
    quiet = Quiet()
    assert not quiet.since_last()
    assert quiet.since_last()
    connection.close()
    assert not quiet.since_last()
