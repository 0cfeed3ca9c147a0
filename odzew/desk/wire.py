"""The stream of live news beside Django's requests.

Django gives each request a thread and a database connection for as long as it lasts. A desk that is
open all day would hold both all day; a stream needs them once, to ask who is listening.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import connection

from odzew.conversations.models import Conversation
from odzew.desk import events, numbers
from odzew.desk.here.seats import Seat
from odzew.staff.models import Person

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def beside(django: App) -> App:
    """Return an application that streams `/events` by itself and leaves all else to Django."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/events" and scope["method"] == "GET":
            await _serve(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    who = await sync_to_async(_who, thread_sensitive=False)(scope)
    if who is None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in events.HEADERS.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    news = events.stream(events.exchange, _asked(scope, "seen"), who.person, who.seat)
    await _first_of(_tell(news, send), _left(receive))


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


@dataclass(frozen=True, slots=True)
class _Who:
    """Somebody who is signed in, and his seat when a conversation is open that is for him to see."""

    person: int
    seat: Seat | None


def _who(scope: Scope) -> _Who | None:
    from django.conf import settings

    request = ASGIRequest(scope, BytesIO())
    try:
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        person = get_user(request)
        return _Who(person.pk, _seat(scope, person)) if isinstance(person, Person) else None
    finally:
        connection.close()


def _seat(scope: Scope, person: Person) -> Seat | None:
    number = numbers.number(_asked(scope, "talk"))
    if not number:
        return None
    talks = Conversation.objects.visible_to(person).filter(pk=number, beside=None)
    return Seat(number, person.pk) if talks.exists() else None


def _asked(scope: Scope, name: str) -> str:
    found = parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])
    return str(found[0])
