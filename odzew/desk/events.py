"""Live news: one question to the database for everybody who has the desk open."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

log = logging.getLogger(__name__)
EVERY = 0.4  # seconds between two looks, only while somebody listens
HEARTBEAT = 20.0  # seconds; proxies close what is silent for a minute

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    # It keeps every layer from compressing, and so from holding back what is news.
    "Content-Encoding": "identity",
}

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
       (SELECT COUNT(*) FROM odzew_raw WHERE state = 'quarantined')
"""


def marks() -> str:
    """Return figures that differ as soon as anything on a screen may have."""
    with connection.cursor() as cursor:  # No transaction: on SQLite it would wait for the writer.
        cursor.execute(MARKS)
        return "-".join(str(figure or 0) for figure in cursor.fetchone())


# One thread with one connection looks for all; it gives the connection back when nobody listens.
_watchman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="news")


async def look_apart() -> str:
    """Return the marks as they are now.

    :raises django.db.Error: when the database does not answer
    """
    return await asyncio.get_running_loop().run_in_executor(_watchman, _look)


def _look() -> str:
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
        self.listeners: set[asyncio.Event] = set()
        self.looking: asyncio.Task[None] | None = None
        self.seen = ""

    async def listen(self, seen: str) -> AsyncGenerator[bool, None]:
        """Yield True when something has changed since `seen`, False when there was only silence."""
        bell = asyncio.Event()
        self.listeners.add(bell)
        try:
            await self._begin()
            if seen != self.seen:
                bell.set()
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), HEARTBEAT)
                rung = bell.is_set()
                bell.clear()
                yield rung
        finally:
            self.listeners.discard(bell)

    async def _begin(self) -> None:
        if self.looking is None or self.looking.done():
            self.seen = await look_apart()
            if self.looking is None or self.looking.done():
                self.looking = asyncio.create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        while self.listeners:
            await self._look_while_heard()
            # Whoever comes while the connection is given back finds the loop still running.
            await asyncio.get_running_loop().run_in_executor(_watchman, _give_back)

    async def _look_while_heard(self) -> None:
        while self.listeners:
            await asyncio.sleep(EVERY)
            try:
                found = await look_apart()
            except Error:  # the database is away for a moment; the next look tells what was missed
                log.exception("Looking for news failed.")
                continue
            if found != self.seen:
                self.seen = found
                for bell in self.listeners:
                    bell.set()


exchange = Exchange()


async def stream(exchange: Exchange, seen: str) -> AsyncGenerator[bytes, None]:
    """Yield server-sent events: "changed", and a comment now and then to keep the line open."""
    yield b"retry: 2000\n\n"
    async with aclosing(exchange.listen(seen)) as news:
        async for changed in news:
            yield b"event: changed\ndata: 1\n\n" if changed else b": still here\n\n"


async def events(request: HttpRequest) -> HttpResponseBase:
    """Stream news to a person who is signed in. It says that something changed, never what."""
    person = await request.auser()
    if not person.is_authenticated:
        return HttpResponse(status=401)
    stream_of_news = stream(exchange, request.GET.get("seen", ""))
    return StreamingHttpResponse(stream_of_news, headers=HEADERS)
