"""The stream of a chat beside Django: for who has written, and for so many of one address."""

import asyncio
from typing import Any

import pytest

from odzew.conversations.visitor import Visitor
from odzew.portal.chat import door, wire
from tests.features.chat import Window, make
from tests.features.letters import MONDAY, open_desk
from tests.features.test_desk_events import run
from tests.features.test_desk_wire import Line, django

pytestmark = pytest.mark.django_db(transaction=True)


def line(window: Window, client: tuple[str, int]) -> Line:
    made = Line("/chat/shop/events")
    secret, accept = f"Bearer {window.secret}", b"text/event-stream"
    more: dict[str, Any] = {"client": client}
    made.scope |= more
    made.scope["headers"] = [(b"accept", accept), (b"authorization", secret.encode())]
    return made


def test_only_who_has_written_hears_and_one_address_does_not_take_all_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "known", wire.Known())
    monkeypatch.setattr(wire, "visitors", wire.Visitors())
    monkeypatch.setattr(wire, "PER_PEER", 1)
    account, his = make(open_desk()), Window()
    key = door.key("shop", f"Bearer {his.secret}")
    Visitor.objects.create(account=account, key=key, created_at=MONDAY)

    async def status(heard: Line) -> int:
        task = asyncio.create_task(wire.beside(django)(heard.scope, heard.receive, heard.said.put))
        tasks.append(task)
        told: int = (await heard.next())["status"]
        return told

    tasks: list[asyncio.Task[None]] = []

    async def story() -> None:
        made_up, first = line(Window(), ("8.8.8.8", 1)), line(his, ("8.8.8.8", 2))
        assert await status(made_up) == 404
        assert await status(first) == 200
        assert await status(line(his, ("8.8.8.8", 3))) == 503
        elsewhere = line(his, ("9.9.9.9", 4))
        assert await status(elsewhere) == 200
        for one in (first, elsewhere):
            one.gone.set()
        await asyncio.gather(*tasks)
        assert not wire.open_lines, "who has left frees his place"

    run(story())
