"""The customer's page says how a matter stands, to whoever holds its link, and nothing personal."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from odzew.conversations import actions, replying, settling, status_link
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def path(desk: Desk, number: int) -> str:
    return "/" + status_link.address(Conversation.objects.get(pk=number)).split("/", 3)[3]


def test_the_receipt_links_to_a_page_that_says_who_has_it_and_until_when(desk: Desk, client: Client) -> None:
    with time_machine.travel(MONDAY, tick=False):
        message = desk.deliver(
            letter("Gdzie jest moja paczka? Proszę o odpowiedź, czekam na nią od tygodnia.", subject="Paczka")
        )
    receipt = Message.objects.get(purpose="receipt")

    assert status_link.address(message.conversation) in receipt.text
    page = client.get(path(desk, message.conversation_id)).content.decode()

    assert Owed.objects.get().owner.name.split(" ")[0] in page
    assert "paczka" not in page.lower()
    assert "ala@example.org" not in page


def test_who_has_the_answer_is_named_though_another_one_has_promised_something_sooner(
    desk: Desk, client: Client
) -> None:
    message = desk.deliver(letter("Where is my parcel?"))
    other = desk.lead if Owed.objects.get().owner == desk.agent else desk.agent
    soon = desk.clock + timedelta(minutes=5)
    actions.promise(message.conversation, other, "Call the depot.", soon, desk.clock)

    page = client.get(path(desk, message.conversation_id)).content.decode()

    assert f"<dd>{Owed.objects.get(kind='answer').owner.name.split(' ')[0]}</dd>" in page


def test_once_answered_it_says_so(desk: Desk, client: Client) -> None:
    message = desk.deliver(letter("Where is my parcel?"))
    reply = replying.reply(
        message.conversation, desk.agent, "Here.", desk.clock, pays=[Owed.objects.get().pk]
    )
    settling.accepted(reply, "250", desk.clock)

    page = client.get(path(desk, message.conversation_id)).content.decode()

    assert "We have answered" in page


def test_a_revoked_link_says_so_and_gives_nothing_away(desk: Desk, client: Client) -> None:
    message = desk.deliver(letter("Where is my parcel?"))
    link = path(desk, message.conversation_id)
    Conversation.objects.update(link_generation=2)
    new = path(desk, message.conversation_id)

    seen = client.get(link)
    written = client.post(f"{link}/write", {"text": "Hello?"})

    assert (seen.status_code, written.status_code, client.get(new).status_code) == (410, 410, 200)
    page = seen.content.decode()
    assert "This link has ended" in page and "nobody else opens it" in page and new not in page


def test_a_guessed_link_opens_nothing(desk: Desk, client: Client) -> None:
    message = desk.deliver(letter("Where is my parcel?"))
    link = path(desk, message.conversation_id)

    assert client.get(link[:-1] + ("a" if link[-1] != "a" else "b")).status_code == 404
    assert client.get(link.replace(f"/s/{message.conversation_id}-", "/s/999-")).status_code == 404
