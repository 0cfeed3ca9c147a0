"""Live news: one question to the database for everybody who has the desk open."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import uuid4

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from odzew.desk.here import seats
from odzew.desk.here.listener import Listener
from odzew.desk.here.seats import Seat
from odzew.lib.clock import monotonic, now
from odzew.lib.streams import HEADERS, HEARTBEAT

T = TypeVar("T")
log = logging.getLogger(__name__)
EVERY = 0.4  # seconds between two looks, only while somebody listens
STAY = 20.0  # seconds between two words that the seats of this process are taken
SEATED = 180.0  # seconds after which a page has to ask for its seat again

# What a screen can show has changed when one of these has: the journal, the messages, what is on its way,
# what people did besides.
# `NOT (…)` as the index message_unfinished says it: SQLite compares the words.
MARKS = """
SELECT (SELECT MAX(seq) FROM odzew_head),
       (SELECT MAX(id) FROM odzew_message),
       (SELECT COUNT(*) FROM odzew_message WHERE state = 'queued'),
       (SELECT COUNT(*) FROM odzew_message
         WHERE NOT (state = '') AND NOT (state = 'sent') AND state IN ('sending', 'in_doubt', 'failed')),
       (SELECT MAX(id) FROM odzew_happening),
       (SELECT COUNT(*) FROM odzew_raw WHERE state = 'quarantined'),
       (SELECT COUNT(*) FROM odzew_heard WHERE state = 'held')
"""

# Of notices, only her own pages hear: one row for each who was ever told of anything.
BELLS = "SELECT person_id, turn FROM odzew_bell"
HERS = "(SELECT turn FROM odzew_bell WHERE person_id = %s)"


@dataclass(frozen=True, slots=True)
class Marks:
    """What differs as soon as anything on a screen may have: for everybody, and for one person."""

    all: str = ""
    bells: Mapping[int, int] = field(default_factory=dict)

    def of(self, person: int) -> str:
        """Return the marks of what one person can see."""
        return f"{self.all}.{self.bells.get(person, 0)}"


def marks() -> Marks:
    """Return the marks as they are now."""
    with connection.cursor() as cursor:  # No transaction: on SQLite it would wait for the writer.
        cursor.execute(MARKS)
        figures = _written(cursor.fetchone())
        cursor.execute(BELLS)
        return Marks(figures, dict(cursor.fetchall()))


def marks_of(person: int) -> str:
    """Return the marks of what one person can see, as `Marks.of` does, in one question."""
    with connection.cursor() as cursor:
        cursor.execute(f"{MARKS}, {HERS}", [person])
        *figures, turn = cursor.fetchone()
        return Marks(_written(figures), {person: turn or 0}).of(person)


def _written(figures: Iterable[int | None]) -> str:
    return "-".join(str(figure or 0) for figure in figures)


# One thread with one connection looks for all; it gives the connection back when nobody listens.
_watchman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="news")


async def look_apart() -> Marks:
    """Return the marks as they are now.

    :raises django.db.Error: when the database does not answer
    """
    return await _apart(_look)


async def _apart(do: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_watchman, do)


def _look() -> Marks:
    try:
        return marks()
    except Error:
        connection.close()
        raise


def _give_back() -> None:
    connection.close()


class Exchange:
    """Looks for news once for all listeners of a process, and only while there are any."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.looking: asyncio.Task[None] | None = None
        self.seen = Marks()
        self.process = uuid4().hex
        self.stayed = 0.0

    async def listen(
        self, seen: str, person: int, seat: Seat | None = None
    ) -> AsyncGenerator[set[str], None]:
        """Yield what is news to a person since `seen`, and nothing when there was only silence.

        Who has a seat is sent to ask for it again after a while: a machine that sleeps does not.
        """
        listener = Listener(person, seat)
        self.listeners.add(listener)
        until = monotonic() + SEATED
        try:
            await self._begin()
            if seat is not None:
                await _apart(partial(seats.take, seat, self.process, now()))
            if seen != self.seen.of(person):
                listener.tell("changed")
            while seat is None or monotonic() < until:
                yield await listener.hear(HEARTBEAT)
            await _apart(partial(seats.rest, seat, now()))
            listener.seat = None
        finally:
            self.listeners.discard(listener)
            if listener.seat is not None:
                await _apart(partial(seats.leave, listener.seat))

    async def _begin(self) -> None:
        if self.looking is None or self.looking.done():
            self.seen = await look_apart()
            if self.looking is None or self.looking.done():
                self.looking = asyncio.create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        while self.listeners:
            await self._look_while_heard()
            # Whoever comes while the connection is given back finds the loop still running.
            await _apart(_give_back)

    async def _look_while_heard(self) -> None:
        while self.listeners:
            await asyncio.sleep(EVERY)
            try:
                found = await look_apart()
                await self._look_round()
            except Error:  # the database is away for a moment; the next look tells what was missed
                log.exception("Looking for news failed.")
                continue
            self._tell(found)

    def _tell(self, found: Marks) -> None:
        before, self.seen = self.seen, found
        if found == before:
            return
        for listener in self.listeners:
            if found.of(listener.person) != before.of(listener.person):
                listener.tell("changed")

    async def _look_round(self) -> None:
        seated = [listener for listener in self.listeners if listener.seat]
        if not seated:
            return
        if monotonic() - self.stayed > STAY:
            await _apart(partial(seats.stay, self.process, now()))
            self.stayed = monotonic()
        met = await _apart(partial(seats.met, now()))
        for each in seated:
            each.look_round(met)


exchange = Exchange()


async def stream(
    exchange: Exchange, seen: str, person: int = 0, seat: Seat | None = None
) -> AsyncGenerator[bytes, None]:
    """Yield server-sent events: "changed", "here", and a comment now and then to keep the line open."""
    yield b"retry: 2000\n\n"
    async with aclosing(exchange.listen(seen, person, seat)) as story:
        async for news in story:
            mark = exchange.seen.of(person)
            words = [f"id: {mark}\nevent: {one}\ndata: 1\n\n" for one in sorted(news)]
            yield "".join(words).encode() or b": still here\n\n"


async def events(request: HttpRequest) -> HttpResponseBase:
    """Stream news to a person who is signed in. It says that something changed, never what."""
    person = await request.auser()
    if not person.is_authenticated:
        return HttpResponse(status=401)
    stream_of_news = stream(exchange, request.GET.get("seen", ""), person.pk)
    return StreamingHttpResponse(stream_of_news, headers=HEADERS)
