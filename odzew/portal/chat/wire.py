"""The stream of a chat's answers, beside Django's requests as that of the desk is."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connection

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.conversations.visitor import Visitor
from odzew.lib import streams
from odzew.lib.among import Among
from odzew.lib.clock import monotonic
from odzew.lib.streams import App, Receive, Scope, Send
from odzew.portal import guard
from odzew.portal.chat import door
from odzew.portal.chat.news import lines

PATH = re.compile(r"/chat/([-\w]{1,60})/events", re.ASCII)
MARK = re.compile(r"[0-9.]{1,40}")
FRESH_FOR = 5.0  # seconds; ten thousand windows that come back at once ask the database once
AT_MOST = 20_000  # windows a process
PER_VISITOR = 8  # tabs
PER_PEER = 200  # windows a process: a whole office, or the customers of one mobile network, share an address
Origins = dict[str, tuple[str, ...]]


class Known:
    """The sites each chat names, looked up again every few seconds."""

    def __init__(self) -> None:
        self.origins: Origins = {}
        self.looked_at = -FRESH_FOR
        self.looking: asyncio.Task[None] | None = None

    async def of(self, slug: str) -> tuple[str, ...] | None:
        """Return the sites of a chat; None when there is no such chat in use. All wait for one look.

        :raises django.db.Error: when the database does not answer
        """
        if monotonic() - self.looked_at > FRESH_FOR:
            if self.looking is None or self.looking.done():
                self.looking = asyncio.create_task(self._look())
            await asyncio.shield(self.looking)
        return self.origins.get(slug)

    async def _look(self) -> None:
        self.origins = await sync_to_async(_origins, thread_sensitive=False)()
        self.looked_at = monotonic()


class Visitors:
    """Who has written, asked for all windows that come at once by one question."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.next: asyncio.Task[set[str]] | None = None
        self.one_at_a_time = asyncio.Lock()

    async def has(self, key: str) -> bool:
        """Return whether a key is that of a visitor.

        :raises django.db.Error: when the database does not answer
        """
        self.asked.add(key)
        if self.next is None:
            self.next = asyncio.create_task(self._look())
        return key in await asyncio.shield(self.next)

    async def _look(self) -> set[str]:
        async with self.one_at_a_time:
            asked, self.asked, self.next = self.asked, set(), None
            return await sync_to_async(_written, thread_sensitive=False)(asked)


known = Known()
visitors = Visitors()
open_lines: Counter[str] = Counter()  # by visitor, and by peer


def beside(django: App) -> App:
    """Return an application that streams the answers of chats by itself and leaves all else to another."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_get = scope["type"] == "http" and scope["method"] == "GET"
        asked = PATH.fullmatch(scope["path"]) if is_get else None
        if asked and _header(scope, "accept") == "text/event-stream":
            await _serve(asked[1], scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


async def _serve(slug: str, scope: Scope, receive: Receive, send: Send) -> None:
    origin = _header(scope, "origin")
    try:
        origins = await known.of(slug)
    except Error:
        await streams.refuse(send, 503, {"Retry-After": "5"})
        return
    if origins is None or not door.may_ask(origin, origins, _own(scope)):
        await streams.refuse(send, 404 if origins is None else 403)
        return
    headers, key = door.allowed(origin), door.key(slug, _header(scope, "authorization"))
    if not key:
        await streams.refuse(send, 401, headers)
        return
    peer = guard.whose((scope.get("client") or [""])[0])
    if lines.count >= AT_MOST or open_lines[key] >= PER_VISITOR or (peer and open_lines[peer] >= PER_PEER):
        await streams.refuse(send, 503, headers | {"Retry-After": "60"})
        return
    with _counted(key, peer):
        await _listen(key, scope, receive, send, headers)


async def _listen(key: str, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
    try:
        has_written = await visitors.has(key)
    except Error:
        await streams.refuse(send, 503, headers | {"Retry-After": "5"})
        return
    if not has_written:  # anybody can think of a secret
        await streams.refuse(send, 404, headers)
        return
    mark = _header(scope, "last-event-id")
    stream = lines.listen(key, mark if MARK.fullmatch(mark) else "")
    await streams.serve(stream, receive, send, headers)


@contextmanager
def _counted(*names: str) -> Iterator[None]:
    open_lines.update(names)
    try:
        yield
    finally:
        open_lines.subtract(names)
        for name in names:
            if not open_lines[name]:
                del open_lines[name]


def _header(scope: Scope, name: str) -> str:
    wanted = name.encode()
    found = next((value for key, value in scope["headers"] if key == wanted), b"")
    return str(found.decode("latin-1"))


def _own(scope: Scope) -> tuple[str, ...]:
    return settings.SITE_URL.rstrip("/"), f"{scope.get('scheme', 'http')}://{_header(scope, 'host')}"


def _written(keys: set[str]) -> set[str]:
    try:
        return set(Visitor.objects.filter(key__in=Among(keys)).values_list("key", flat=True))
    finally:
        connection.close()


def _origins() -> Origins:
    try:
        rows = Account.objects.filter(channel=chats.CHANNEL, active=True)
        return {row.address: chats.chat(row.settings).origins for row in rows}
    finally:
        connection.close()
