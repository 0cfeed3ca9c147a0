"""Who has which conversation open now, for all processes of a desk.

A page that listens for news has a seat for as long as it does. Its process writes the seat when it
comes and when it goes, and once in a while says with one statement that all its seats are still
taken: a process that dies leaves seats that end by themselves. Nothing here is in the books.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from odzew.lib.passing import Passing

LASTS = 50.0  # seconds after its process has last said that it is taken
RESTS = 10.0  # seconds in which a page that was told to ask again has done so
WRITES = 8.0  # seconds after which who types no more does not write any more

TABLES = """CREATE TABLE IF NOT EXISTS odzew_here
(seat TEXT PRIMARY KEY, process TEXT NOT NULL, conversation INTEGER NOT NULL, person INTEGER NOT NULL,
writes REAL NOT NULL, ends REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS here_conversation ON odzew_here (conversation);"""
TAKE = """INSERT INTO odzew_here (seat, process, conversation, person, writes, ends)
VALUES (%s, %s, %s, %s, 0, %s)"""
SWEEP = "DELETE FROM odzew_here WHERE ends <= %s"
LEAVE = "DELETE FROM odzew_here WHERE seat = %s"
REST = "UPDATE odzew_here SET process = '', ends = %s WHERE seat = %s"
STAY = "UPDATE odzew_here SET ends = %s WHERE process = %s"
WRITE = "UPDATE odzew_here SET writes = %s WHERE conversation = %s AND person = %s"
# Conversations in which one person sits alone, which are most, are nobody's news.
MET = """SELECT conversation, person, MAX(writes) > %s FROM odzew_here WHERE ends > %s AND conversation IN
(SELECT conversation FROM odzew_here WHERE ends > %s GROUP BY conversation HAVING MIN(person) < MAX(person))
GROUP BY conversation, person"""
BESIDE = """SELECT person, MAX(writes) > %s FROM odzew_here
WHERE conversation = %s AND person <> %s AND ends > %s GROUP BY person"""

Others = frozenset[tuple[int, bool]]  # a person's number, and whether he is writing


@dataclass(frozen=True, slots=True)
class Seat:
    """One open page of a conversation, and whose it is."""

    conversation: int
    person: int
    name: str = field(default_factory=lambda: uuid4().hex)


def _rows() -> Passing:
    return Passing(settings.HERE, TABLES)


def take(seat: Seat, process: str, now: datetime) -> None:
    """Take a seat, and clear those that have ended."""
    with _rows().ask(SWEEP, [now.timestamp()]):
        pass
    ends = now.timestamp() + LASTS
    with _rows().ask(TAKE, [seat.name, process, seat.conversation, seat.person, ends]):
        pass


def leave(seat: Seat) -> None:
    """Give a seat back."""
    with _rows().ask(LEAVE, [seat.name]):
        pass


def rest(seat: Seat, now: datetime) -> None:
    """Keep a seat for the moment in which its page asks for another."""
    with _rows().ask(REST, [now.timestamp() + RESTS, seat.name]):
        pass


def stay(process: str, now: datetime) -> None:
    """Keep all seats of a process."""
    with _rows().ask(STAY, [now.timestamp() + LASTS, process]):
        pass


def write(conversation: int, person: int, now: datetime) -> None:
    """Say that a person is writing in a conversation; it ends by itself."""
    with _rows().ask(WRITE, [now.timestamp() + WRITES, conversation, person]):
        pass


def met(now: datetime) -> Mapping[int, Others]:
    """Return who sits in each conversation in which several people do."""
    found: dict[int, set[tuple[int, bool]]] = defaultdict(set)
    with _rows().ask(MET, [now.timestamp()] * 3) as cursor:
        for conversation, person, writes in cursor.fetchall():
            found[conversation].add((person, bool(writes)))
    return {conversation: frozenset(people) for conversation, people in found.items()}


def beside(conversation: int, person: int, now: datetime) -> dict[int, bool]:
    """Return who else has a conversation open, by number, and whether he is writing."""
    moment = now.timestamp()
    with _rows().ask(BESIDE, [moment, conversation, person, moment]) as cursor:
        return {other: bool(writes) for other, writes in cursor.fetchall()}
