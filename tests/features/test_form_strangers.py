"""Whoever fills in a form as somebody else gets nothing of that person's: no proof, no mails, no page."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory

from odzew.conversations import actions, status_link
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Identity, Proof
from odzew.desk.conversation import said
from odzew.portal import form_views, guard
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.webform import fill, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    desk = open_desk(can_send=True)
    make(desk)
    return desk


def page(talk: Conversation, *more: str) -> str:
    return "/" + "/".join([status_link.address(talk).split("/", 3)[3], *more])


def pretended(desk: Desk, client: Client, clock: time_machine.Traveller, **more: str) -> Conversation:
    """Let a stranger fill in the form as somebody else, and return the conversation."""
    fill(client, clock, **more)
    desk.work()
    return Conversation.objects.latest("pk")


def test_the_desk_shows_a_form_as_of_a_sender_who_is_not_proven(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    pretended(desk, client, monday)
    message = Message.objects.get(direction="inbound")

    mark = said.proof(message.proof)

    assert (mark.words, mark.state) == ("Sender not proven", "")


def test_the_link_alone_is_no_proof_of_a_sender_and_a_code_from_his_mailbox_is(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    talk = pretended(desk, client, monday)

    def written() -> said.Mark:
        client.post(page(talk, "write"), {"text": f"It is {len(talk.messages.all())}."})
        desk.work()
        return said.proof(talk.messages.filter(direction="inbound").latest("pk").proof)

    by_link = written()
    client.post(page(talk, "code"))
    code = re.search(r"\d{6}", Message.objects.get(purpose="code").text)
    assert code
    client.post(page(talk, "prove"), {"code": code[0]})
    by_code = written()

    assert by_link.words == by_code.words == "Written on the customer's page"
    assert (by_link.state, by_code.state) == ("", "paid")


def test_who_writes_more_by_the_link_of_his_form_does_not_prove_the_address(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    desk.deliver(letter("Where is my parcel?"))
    talk = pretended(desk, client, monday)

    assert client.post(page(talk, "write"), {"text": "It is me, really."}).status_code == 302
    desk.work()

    assert talk.messages.filter(direction="inbound").count() == 2
    assert Identity.objects.get(value="ala@example.org").proof == Proof.NONE


def test_a_form_sends_one_code_a_day_to_a_mailbox_whatever_variant_it_names(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    named = ["ala@example.org", "ala@example.org", "ala+1@example.org", "Ala+2@Example.org"]
    talks = [pretended(desk, client, monday, mail=mail, message=mail) for mail in named]

    statuses = [client.post(page(talk, "code")).status_code for talk in talks]

    assert statuses == [302, 409, 409, 409]
    monday.shift(timedelta(days=1, minutes=1))
    assert client.post(page(talks[1], "code")).status_code == 302


def test_the_codes_of_a_form_do_not_use_up_those_of_the_customers_own_matters(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    own = desk.deliver(letter("Where is my parcel?"))
    assert own
    talk = pretended(desk, client, monday)

    client.post(page(talk, "code"))
    statuses = [client.post(page(own.conversation, "code")).status_code for _ in range(6)]

    assert statuses == [302] * 5 + [409]


def test_the_codes_of_a_letter_are_counted_for_all_variants_of_an_address(desk: Desk, client: Client) -> None:
    asked = []
    for number in range(6):
        sender = f"ala+{number}@example.org"
        asked.append(desk.deliver(letter("Where is my parcel?", sender=sender), sender=sender))

    statuses = [client.post(page(message.conversation, "code")).status_code for message in asked if message]

    assert statuses == [302] * 5 + [409]


def test_revoked_links_are_not_given_anew_to_who_sent_the_form(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    sent = fill(client, monday)["Location"]
    desk.work()
    talk = Conversation.objects.get()
    assert "/s/" in client.get(sent).content.decode()

    actions.revoke_links(talk, desk.agent)

    shown = client.get(sent)
    assert shown.status_code == 200
    assert "/s/" not in shown.content.decode()


def test_the_page_after_a_form_gives_the_link_for_five_minutes(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    sent = fill(client, monday)["Location"]
    desk.work()

    monday.shift(timedelta(seconds=299))
    assert "/s/" in client.get(sent).content.decode()
    monday.shift(timedelta(seconds=1))
    assert "/s/" not in client.get(sent).content.decode()


def test_attempts_that_are_refused_are_counted_and_too_many_are_not_even_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PEER_AT_MOST", 3)
    requests = RequestFactory()
    made = [requests.post("/form/complaint/", {"mail": ""}, REMOTE_ADDR="8.8.8.8") for _ in range(5)]

    statuses = [form_views.form(request, "complaint").status_code for request in made]

    assert statuses == [422] * 3 + [429] * 2
    assert [hasattr(request, "_post") for request in made] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2a00:1450:4001:82f::200e", "2a00:1450:4001:82f::/64"),
        ("2a00:1450:4001:82f:1:2:3:4", "2a00:1450:4001:82f::/64"),
        ("10.0.0.1", ""),
        ("::1", ""),
        ("fd00::1", ""),
        ("", ""),
    ],
)
def test_a_peer_is_an_address_or_of_ipv6_its_network(seen: str, counted: str) -> None:
    assert guard.peer(RequestFactory().get("/", REMOTE_ADDR=seen)) == counted
