"""Live news: everybody who listens hears of a change, once, within a second, and idle costs nothing."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from odzew.desk import events
from odzew.desk.context import shell
from odzew.desk.unseen import news_before
from odzew.notices import follow, telling
from odzew.notices.models import Kind
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def seen_by(person: int = 0) -> str:
    return events.marks().of(person)


async def news(stream: AsyncIterator[bytes], seconds: float = 2.0) -> bytes:
    return await asyncio.wait_for(anext(stream), seconds)


async def listening(exchange: events.Exchange, seen: str, person: int = 0) -> AsyncGenerator[bytes, None]:
    stream = events.stream(exchange, seen, person)
    assert (await news(stream)).startswith(b"retry:")
    return stream


def run(story: Coroutine[None, None, None]) -> None:
    async def with_an_end() -> None:
        try:
            await story
        finally:
            await sync_to_async(connections.close_all)()  # of the thread the story's queries ran in

    asyncio.run(with_an_end())


def test_a_stranger_hears_nothing(client: Client) -> None:
    async def story() -> None:
        assert (await AsyncClient().get("/events")).status_code == 401

    run(story())


def test_every_listener_hears_within_a_second_that_a_letter_came(desk: Desk) -> None:
    async def story() -> None:
        exchange = events.Exchange()
        seen = await sync_to_async(seen_by)()
        streams = [await listening(exchange, seen) for _ in range(3)]
        waiting = [asyncio.create_task(news(stream)) for stream in streams]
        await asyncio.sleep(0.1)

        await sync_to_async(desk.deliver)(letter("Hello"))
        since = asyncio.get_running_loop().time()
        heard = await asyncio.gather(*waiting)

        assert all(b"event: changed" in word for word in heard)
        assert asyncio.get_running_loop().time() - since < 1
        for stream in streams:
            await stream.aclose()

    run(story())


def test_what_came_while_the_page_was_made_is_news_to_it(desk: Desk, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = desk.agent
    before = seen_by(desk.agent.pk)

    def page(request: HttpRequest) -> HttpResponse:
        desk.deliver(letter("Hello"))
        return HttpResponse(shell(request)["seen"])

    assert (
        news_before(page)(request).content.decode()
        == before
        != events.marks_of(desk.agent.pk)
        == seen_by(desk.agent.pk)
    )


def test_what_came_while_the_page_was_on_its_way_is_told_at_once(desk: Desk) -> None:
    async def story() -> None:
        seen = await sync_to_async(seen_by)()
        await sync_to_async(desk.deliver)(letter("Hello"))

        stream = await listening(events.Exchange(), seen)

        assert b"event: changed" in await news(stream, 0.3)
        await stream.aclose()

    run(story())


def test_of_a_notice_only_the_pages_of_its_person_hear(desk: Desk) -> None:
    told, other = desk.agent.pk, desk.lead.pk

    async def story() -> None:
        exchange = events.Exchange()
        hers = await listening(exchange, await sync_to_async(seen_by)(told), told)
        his = await listening(exchange, await sync_to_async(seen_by)(other), other)
        waiting = [asyncio.create_task(news(stream, 1.5)) for stream in (hers, his)]
        await asyncio.sleep(0.1)

        await sync_to_async(telling.tell)(told, Kind.MENTION, None, MONDAY)
        await sync_to_async(follow.step)(MONDAY)
        heard = await asyncio.gather(*waiting, return_exceptions=True)

        assert str(heard[0]).count("event: changed") == 1
        assert isinstance(heard[1], TimeoutError)
        for stream in (hers, his):
            await stream.aclose()

    run(story())


def test_silence_is_silent_but_for_a_heartbeat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.6)

    async def story() -> None:
        stream = await listening(events.Exchange(), await sync_to_async(seen_by)())

        assert await news(stream) == b": still here\n\n"
        await stream.aclose()

    run(story())


def test_nobody_listening_means_nobody_asks_the_database(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        exchange = events.Exchange()
        stream = await listening(exchange, "")
        await news(stream)
        assert exchange.looking is not None

        await stream.aclose()
        await asyncio.wait_for(exchange.looking, 2)

        assert exchange.listeners == set()

    run(story())


def test_a_database_that_fails_for_a_moment_does_not_end_the_news(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        exchange = events.Exchange()
        seen = await sync_to_async(seen_by)()
        stream = await listening(exchange, seen)
        waiting = asyncio.create_task(news(stream, 5))
        await asyncio.sleep(0.1)
        looks = events.look_apart
        failures = iter([True, True])

        async def failing() -> str:
            if next(failures, False):
                raise events.Error("the database is away")
            return await looks()

        monkeypatch.setattr(events, "look_apart", failing)
        await sync_to_async(desk.deliver)(letter("Hello"))

        assert b"event: changed" in await waiting
        await stream.aclose()

    run(story())
