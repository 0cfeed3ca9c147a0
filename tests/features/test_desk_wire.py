"""The stream beside Django: only for who is signed in, and it holds nothing while it is silent."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client

from odzew.desk import events, wire
from tests.features.letters import Desk, letter, open_desk
from tests.features.test_desk_events import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


class Line:
    """One connection of a browser, as a server hands it to the application."""

    def __init__(self, path: str, cookie: str = "") -> None:
        headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
        self.scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        self.said: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()

    async def receive(self) -> Mapping[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> Mapping[str, Any]:
        return await asyncio.wait_for(self.said.get(), 2)


async def django(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "django"})


def cookie_of(client: Client) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.mark.parametrize("cookie", ["", "sessionid=made-up"])
def test_a_stranger_hears_nothing(cookie: str) -> None:
    async def story() -> None:
        line = Line("/events", cookie)
        await wire.beside(django)(line.scope, line.receive, line.said.put)

        assert (await line.next())["status"] == 401

    run(story())


def test_who_is_not_there_any_more_hears_nothing(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)
    desk.agent.is_active = False
    desk.agent.save()

    async def story() -> None:
        line = Line("/events", cookie_of(client))
        await wire.beside(django)(line.scope, line.receive, line.said.put)

        assert (await line.next())["status"] == 401

    run(story())


def test_all_else_is_djangos() -> None:
    async def story() -> None:
        line = Line("/events/other")
        await wire.beside(django)(line.scope, line.receive, line.said.put)

        assert await line.next() == {"type": "django"}

    run(story())


def test_who_is_signed_in_hears_of_a_letter_and_leaves_without_a_trace(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)

    async def story() -> None:
        marks = await sync_to_async(events.marks)()
        seen = marks.of(desk.agent.pk)
        line = Line("/events", cookie_of(client))
        line.scope["query_string"] = f"seen={seen}".encode()
        serving = asyncio.create_task(wire.beside(django)(line.scope, line.receive, line.said.put))

        started = await line.next()
        assert (started["status"], dict(started["headers"])[b"content-type"]) == (200, b"text/event-stream")
        assert b"retry" in (await line.next())["body"]
        await sync_to_async(desk.deliver)(letter("Hello"))
        assert b"event: changed" in (await line.next())["body"]

        line.gone.set()
        await asyncio.wait_for(serving, 2)
        assert events.exchange.listeners == set()
        await asyncio.wait_for(events.exchange.looking, 2)

    run(story())


def test_a_stream_that_breaks_does_not_leave_the_line_open(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(desk.agent)

    async def broken() -> str:
        raise events.Error("the database is away")

    async def story() -> None:
        monkeypatch.setattr(events, "look_apart", broken)
        line = Line("/events", cookie_of(client))
        with pytest.raises(events.Error):
            await asyncio.wait_for(wire.beside(django)(line.scope, line.receive, line.said.put), 2)

    run(story())
