"""Live answers: one question to the database for all windows that listen in a process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from django.db import Error, connection

from odzew.lib.streams import HEARTBEAT

log = logging.getLogger(__name__)
EVERY = 0.5  # seconds between two looks, only while somebody listens
# Answers that no window has shown: the few. `NOT (…)` as the index message_unfinished says it: SQLite
# compares the words.
LOOK = """
SELECT v.key, MAX(m.id), COUNT(*)
  FROM odzew_message m JOIN odzew_visitor v ON v.conversation_id = COALESCE(m.origin_id, m.conversation_id)
 WHERE NOT (m.state = '') AND NOT (m.state = 'sent')
   AND m.direction = 'outbound' AND m.later IS NULL AND m.author_id IS NOT NULL
 GROUP BY v.key
"""
Marks = dict[str, str]
T = TypeVar("T")
_watchman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat-news")


def look() -> Marks:
    """Return for each visitor whom answers wait for a mark that differs as soon as another one does."""
    with connection.cursor() as cursor:  # no transaction: on SQLite it would wait for the writer
        cursor.execute(LOOK)
        return {key: f"{newest}.{count}" for key, newest, count in cursor.fetchall()}


class Window:
    """One window that listens, and the mark it was told of last."""

    __slots__ = ("bell", "mark")

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.bell = asyncio.Event()

    def tell(self, mark: str) -> None:
        """Let the window know, unless it does."""
        if mark != self.mark:
            self.mark = mark
            self.bell.set()

    async def hear(self, silence: float) -> bool:
        """Return whether there is news; not when `silence` seconds went by."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), silence)
        heard = self.bell.is_set()
        self.bell.clear()
        return heard


class Lines:
    """The windows of a process by visitor; looks for all of them at once, and only while there are any."""

    def __init__(self) -> None:
        self.windows: dict[str, set[Window]] = defaultdict(set)
        self.count = 0
        self.looking: asyncio.Task[None] | None = None
        self.seen: Marks = {}

    async def listen(self, key: str, mark: str) -> AsyncGenerator[bytes, None]:
        """Yield server-sent events: "answer" when there is one since `mark`, and a comment now and then."""
        window = Window(mark)
        self.windows[key].add(window)
        self.count += 1
        try:
            yield b"retry: 3000\n\n"
            self._begin()
            if key in self.seen:
                window.tell(self.seen[key])
            while True:
                if await window.hear(HEARTBEAT):
                    yield f"id: {window.mark}\nevent: answer\ndata: 1\n\n".encode()
                else:
                    yield b": still here\n\n"
        finally:
            self._forget(key, window)

    def _forget(self, key: str, window: Window) -> None:
        self.count -= 1
        self.windows[key].discard(window)
        if not self.windows[key]:
            del self.windows[key]

    def _begin(self) -> None:
        if self.looking is None or self.looking.done():
            self.seen = {}
            self.looking = asyncio.create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        while self.count:
            await self._look_while_heard()
            # Whoever comes while the connection is given back finds the loop still running.
            await _apart(_give_back)

    async def _look_while_heard(self) -> None:
        while self.count:
            try:
                self.seen = await _apart(_look)
            except Error:  # the database is away for a moment; the next look tells what was missed
                log.exception("Looking for answers to chats failed.")
            for key, mark in self.seen.items():
                for window in self.windows.get(key, ()):
                    window.tell(mark)
            await asyncio.sleep(EVERY)


lines = Lines()


def _look() -> Marks:
    try:
        return look()
    except Error:
        connection.close()
        raise


def _give_back() -> None:
    connection.close()  # looked up by the thread that holds it


async def _apart(do: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_watchman, do)
