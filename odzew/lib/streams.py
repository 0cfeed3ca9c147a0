"""Streams of server-sent events beside Django's requests (HTML Living Standard, §9.2).

Django gives each request a thread and a database connection for as long as it lasts; a page that is open
all day would hold both all day.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
HEARTBEAT = 20.0  # seconds; proxies close what is silent for a minute

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    # It keeps every layer from compressing, and so from holding back what is news.
    "Content-Encoding": "identity",
}


def encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI takes them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def refuse(send: Send, status: int, headers: Mapping[str, str] | None = None) -> None:
    """Answer with a status and nothing else."""
    await send({"type": "http.response.start", "status": status, "headers": encoded(headers or {})})
    await send({"type": "http.response.body", "body": b""})


async def serve(
    stream: AsyncGenerator[bytes, None],
    receive: Receive,
    send: Send,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send what a stream yields until it ends or the reader has left."""
    told = encoded({**HEADERS, **(headers or {})})
    await send({"type": "http.response.start", "status": 200, "headers": told})
    await _first_of(_tell(stream, send), _left(receive))


async def _first_of(*stories: Coroutine[Any, Any, None]) -> None:
    """Wait until one ends and end the others: a stream that breaks must not leave its line open."""
    tasks = [asyncio.create_task(story) for story in stories]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _tell(stream: AsyncGenerator[bytes, None], send: Send) -> None:
    async with aclosing(stream):
        async for words in stream:
            await send({"type": "http.response.body", "body": words, "more_body": True})
