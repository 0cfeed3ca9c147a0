"""A page that refuses: it goes on living at the address of its conversation."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from odzew.desk.conversation.views import PARTS
from tests.features.letters import MONDAY, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(client: Client) -> Iterator[str]:
    with time_machine.travel(MONDAY, tick=False):
        desk = open_desk()
        talk = desk.deliver(letter("Where is my parcel?", message_id="<1st@example.org>")).conversation
        client.force_login(desk.agent)
        response = client.post(f"/conversations/{talk.pk}/reply", {"text": "Soon.", "purpose": "answer"})
        assert response.status_code == 409
        yield response.content.decode()


def test_its_live_parts_ask_for_themselves_where_they_can_be_had(client: Client, refused: str) -> None:
    live = re.findall(r'<(?:section|ul|div) [^>]*id="(\w+)"[^>]* data-live hx-get="([^"]+)"', refused)

    assert {name for name, _ in live} == set(PARTS) - {"here"}  # that one asks when a seat is taken or left
    assert {client.get(address, headers={"HX-Target": name}).status_code for name, address in live} == {200}


def test_what_was_written_comes_back_and_the_reason_has_the_focus(refused: str) -> None:
    assert ">Soon.</textarea>" in refused
    assert re.search(r'role="alert" tabindex="-1" autofocus.*Not sent', refused, re.DOTALL)
