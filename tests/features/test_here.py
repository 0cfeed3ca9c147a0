"""Who else is here: shown while it lasts, to who may see the conversation, and kept nowhere else."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client

from odzew.conversations import actions, replying
from odzew.conversations.models import Conversation, Message
from odzew.desk import events, wire
from odzew.desk.here import seats
from odzew.desk.here.seats import Seat
from odzew.lib.clock import now
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.test_desk_events import news, run
from tests.features.test_desk_wire import Line, cookie_of, django

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(seconds=1)
IN_TRANSACTION = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty(db: None, tmp_path: Path, settings: Any) -> None:
    if connection.vendor == "sqlite":
        settings.HERE = str(
            tmp_path / "here.sqlite3"
        )  # those who test at the same time share the data folder
    with seats._rows().ask("DELETE FROM odzew_here", []):
        pass


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?"))
    assert message
    return message.conversation


def take(talk: Conversation, person: Person, process: str = "one") -> Seat:
    seat = Seat(talk.pk, person.pk)
    seats.take(seat, process, MONDAY)
    return seat


def part(client: Client, talk: Conversation, name: str, query: str = "") -> str:
    answer = client.get(f"/conversations/{talk.pk}/{query}", headers={"HX-Target": name})
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_sits_there_alone_meets_nobody(desk: Desk, talk: Conversation) -> None:
    take(talk, desk.agent)
    take(talk, desk.agent)  # a second page of his

    assert seats.met(MONDAY) == {}
    assert seats.beside(talk.pk, desk.agent.pk, MONDAY) == {}


def test_people_of_two_processes_meet_until_one_goes(desk: Desk, talk: Conversation) -> None:
    take(talk, desk.agent)
    seat = take(talk, desk.lead, process="another")
    assert seats.met(MONDAY) == {talk.pk: frozenset({(desk.agent.pk, False), (desk.lead.pk, False)})}

    seats.leave(seat)

    assert seats.met(MONDAY) == {}


def test_a_page_that_never_came_back_for_its_seat_is_gone_soon(desk: Desk, talk: Conversation) -> None:
    seats.rest(take(talk, desk.lead), MONDAY)
    assert seats.beside(talk.pk, desk.agent.pk, MONDAY + A_MOMENT) == {desk.lead.pk: False}

    seats.stay("one", MONDAY + A_MOMENT)

    assert seats.beside(talk.pk, desk.agent.pk, MONDAY + 11 * A_MOMENT) == {}


def test_seats_of_a_process_that_died_end_and_those_of_a_living_one_stay(
    desk: Desk, talk: Conversation
) -> None:
    take(talk, desk.agent)
    take(talk, desk.lead, process="dead")
    seats.stay("one", MONDAY + timedelta(seconds=40))
    later = MONDAY + timedelta(seconds=60)

    assert seats.beside(talk.pk, desk.agent.pk, later) == {}
    assert seats.beside(talk.pk, desk.lead.pk, later) == {desk.agent.pk: False}


def test_writing_ends_by_itself(desk: Desk, talk: Conversation) -> None:
    take(talk, desk.agent)
    take(talk, desk.lead)
    seats.write(talk.pk, desk.lead.pk, MONDAY)

    assert seats.beside(talk.pk, desk.agent.pk, MONDAY + A_MOMENT) == {desk.lead.pk: True}
    assert seats.beside(talk.pk, desk.agent.pk, MONDAY + 9 * A_MOMENT) == {desk.lead.pk: False}


def test_the_page_names_the_others_and_says_who_writes(
    client: Client, desk: Desk, talk: Conversation
) -> None:
    for name in ("Zoe", "Yan <b>", "Max"):
        take(talk, Person.objects.create_user(f"{name[:3]}@example.com", name=name, role=Role.AGENT))
    take(talk, desk.lead)
    client.force_login(desk.agent)
    with time_machine.travel(MONDAY + A_MOMENT, tick=False):
        assert "Max, Ola Lead + 2 more have this open too" in part(client, talk, "here")
        writer = Client()
        writer.force_login(desk.lead)

        assert writer.post(f"/conversations/{talk.pk}/writes").status_code == 204

        assert "Ola Lead is writing here" in part(client, talk, "here")
        assert "Yan &lt;b&gt;" in part(client, talk, "here")


async def listening(exchange: events.Exchange, seat: Seat) -> AsyncGenerator[bytes, None]:
    marks = await sync_to_async(events.marks)()
    stream = events.stream(exchange, marks.of(seat.person), seat.person, seat)
    assert (await news(stream)).startswith(b"retry:")
    return stream


@IN_TRANSACTION
def test_whoever_comes_and_goes_is_news_to_those_who_are_there_only(desk: Desk, talk: Conversation) -> None:
    async def story() -> None:
        one, other = events.Exchange(), events.Exchange()
        first = await listening(one, Seat(talk.pk, desk.agent.pk))
        waiting = asyncio.create_task(news(first))
        elsewhere = await listening(one, Seat(talk.pk + 1, desk.agent.pk))
        silent = asyncio.create_task(news(elsewhere, 30))
        await asyncio.sleep(0.1)

        second = await listening(other, Seat(talk.pk, desk.lead.pk))
        assert b"event: here" in await news(second)
        assert b"event: here" in await waiting
        await second.aclose()

        assert b"event: here" in await news(first)
        assert await sync_to_async(seats.beside)(talk.pk, 0, now()) == {desk.agent.pk: False}
        assert not silent.done()
        silent.cancel()
        await asyncio.gather(silent, return_exceptions=True)
        for stream in (first, elsewhere):
            await stream.aclose()
        assert await sync_to_async(seats.beside)(talk.pk, 0, now()) == {}
        await asyncio.gather(one.looking, other.looking)

    run(story())


@IN_TRANSACTION
def test_a_page_has_to_ask_for_its_seat_again_and_keeps_it_meanwhile(
    desk: Desk, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SEATED", 0.0)

    async def story() -> None:
        exchange = events.Exchange()
        stream = await listening(exchange, Seat(talk.pk, desk.agent.pk))

        with pytest.raises(StopAsyncIteration):
            await news(stream)

        assert exchange.listeners == set()
        assert await sync_to_async(seats.beside)(talk.pk, 0, now()) == {desk.agent.pk: False}
        await exchange.looking

    run(story())


@IN_TRANSACTION
@pytest.mark.parametrize(("who", "sits"), [("agent", True), ("stranger", False)])
def test_only_who_may_see_a_conversation_sits_in_it(
    desk: Desk, talk: Conversation, client: Client, who: str, sits: bool
) -> None:
    Person.objects.create_user("stranger@example.com", name="Iga Stranger", role=Role.AGENT)
    client.force_login(Person.objects.get(email=f"{who}@example.com"))

    async def story() -> None:
        line = Line("/events", cookie_of(client))
        line.scope["query_string"] = f"talk={talk.pk}".encode()
        serving = asyncio.create_task(wire.beside(django)(line.scope, line.receive, line.said.put))
        assert (await line.next())["status"] == 200
        for _ in range(2):
            await line.next()  # the beginning, and that all is new to a page that has seen nothing

        assert bool(await sync_to_async(seats.beside)(talk.pk, 0, now())) == sits
        line.gone.set()
        await asyncio.wait_for(serving, 2)
        await asyncio.wait_for(events.exchange.looking, 2)

    run(story())


def test_what_came_while_one_was_writing_is_told_and_ones_own_words_are_not(
    client: Client, desk: Desk, talk: Conversation
) -> None:
    client.force_login(desk.agent)
    read = Message.objects.latest("pk").pk
    assert "Read it" not in part(client, talk, "newer", f"?since={read}")
    actions.note(talk, desk.agent, "My own.", MONDAY)
    assert "Read it" not in part(client, talk, "newer", f"?since={read}")

    note = actions.note(talk, desk.lead, "Look at this.", MONDAY)
    assert "Ola Lead has left a note" in part(client, talk, "newer", f"?since={read}")
    replying.reply(talk, desk.lead, "Soon.", MONDAY, pays=[])
    assert "Ola Lead has replied meanwhile" in part(client, talk, "newer", f"?since={note.pk}")
    came = desk.deliver(letter("And in blue?", in_reply_to=Message.objects.get(pk=read).message_id))
    assert came

    told = part(client, talk, "newer", f"?since={read}")
    assert came.conversation_id == talk.pk
    assert "Ala Nowak has written meanwhile" in told
    assert f'href="#message-{note.pk}"' in told
    assert f'data-read="{came.pk}"' in told
    assert "Read it" not in part(client, talk, "newer", f"?since={came.pk}")


def test_a_machines_mail_does_not_disturb(client: Client, desk: Desk, talk: Conversation) -> None:
    client.force_login(desk.agent)
    first = Message.objects.latest("pk")
    away = letter("Away.", in_reply_to=first.message_id, auto_submitted="auto-replied")
    assert desk.deliver(away)

    assert "Read it" not in part(client, talk, "newer", f"?since={first.pk}")
