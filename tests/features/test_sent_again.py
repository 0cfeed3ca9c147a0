"""“Send it again” (F26): one press, the way she is reached now, and only its acceptance there pays."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.channels.models import Account
from odzew.conversations import replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.customers.models import Customer, Identity, Proof
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders.models import Item, Shop
from odzew.orders.ways import reached
from odzew.staff.log import StaffAct
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.test_orders import call, check_the_books, connect, order

pytestmark = pytest.mark.django_db
TICKET = Upload(filename="ticket.pdf", content_type="application/pdf", content=b"%PDF-1.7 her seat")


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    connect(desk, Shop.Kind.GENERIC)
    call(order(items=[{"line": "1", "title": "Ticket"}]))
    return desk


@pytest.fixture
def agent(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.agent)
    return client


def went(desk: Desk) -> Message:
    """Send the ticket by mail, which her server takes."""
    talk, debt = Conversation.objects.get(), Owed.objects.get()
    said = replying.reply(
        talk, desk.agent, "Here is **your** ticket.", now(), pays=[debt.pk], uploads=[TICKET], is_marked=True
    )
    settle(said)
    return said


def settle(message: Message, how: str = "accepted") -> None:
    Message.objects.filter(pk=message.pk).update(state="sending" if how == "accepted" else "sent")
    message.refresh_from_db()
    getattr(settling, how)(message, "It says so.", now())


def chat(desk: Desk, customer: Customer, channel: str = "telegram", address: str = "44") -> Conversation:
    account = Account.objects.create(channel=channel, address=f"@{channel}", name="Kites", created_at=MONDAY)
    Identity.objects.create(customer=customer, kind=channel, value=address, proof=Proof.PROVIDER)
    return Conversation.objects.create(
        customer=customer, account=account, team=desk.team, address=address, created_at=now(), last_at=now()
    )


def press(agent: Client, talk: Conversation, sent: Message, way: str = "") -> Any:
    way = way or f"{talk.pk} {talk.address}"
    form = {"item": Item.objects.get().pk, "went": sent.pk, "way": way}
    return agent.post(f"/conversations/{talk.pk}/again", form, follow=True)


def newest() -> Message:
    return Message.objects.filter(direction="outbound").order_by("-pk")[0]


@pytest.mark.parametrize("presses", [1, 2], ids=["once", "twice"])
def test_a_ticket_that_came_back_goes_again_in_her_chat_and_its_acceptance_there_pays(
    desk: Desk, agent: Client, presses: int
) -> None:
    first = went(desk)
    settle(first, "bounced")
    here = chat(desk, first.conversation.customer)
    page = agent.get(f"/conversations/{here.pk}/").content.decode()
    assert "not delivered" in page and f'name="went" value="{first.pk}"' in page

    for _ in range(presses):
        answer = press(agent, here, first)

    message = newest()
    assert (message.conversation, message.to_address, message.text) == (
        here,
        "44",
        "Here is **your** ticket.",
    )
    assert [bytes(one.blob.content) for one in message.attachments.all() if one.blob] == [TICKET.content]
    assert Message.objects.filter(direction="outbound").count() == 2
    assert Owed.objects.get().state == "open" and not message.has_html
    assert ("once is enough" in answer.content.decode()) == (presses == 2)
    assert StaffAct.objects.filter(act="conversation-again").count() == presses
    settle(message)
    assert (Owed.objects.get().state, Owed.objects.get().settled_by) == ("paid", message.pk)
    check_the_books()


def test_what_was_taken_and_she_has_not_is_owed_again_with_its_old_moment(desk: Desk, agent: Client) -> None:
    first, due = went(desk), Owed.objects.get().due_at

    press(agent, first.conversation, first)

    debt = Owed.objects.get()
    assert (debt.state, debt.reopenings, debt.due_at, newest().pays) == ("open", 1, due, [debt.pk])
    assert newest().has_html and newest().to_address == "ala@example.org"
    settle(newest())
    settle(newest(), "bounced")
    assert Owed.objects.get().state == "open"
    check_the_books()


def test_it_goes_to_another_address_only_when_that_is_proven_to_be_hers(desk: Desk, agent: Client) -> None:
    first = went(desk)
    home = first.conversation
    for value, proof in (("work@example.org", "dmarc"), ("claimed@example.org", "none")):
        Identity.objects.create(customer=home.customer, value=value, proof=proof)

    refused = press(agent, home, first, f"{home.pk} claimed@example.org")
    assert refused.status_code == 409 and newest() == first
    press(agent, home, first, f"{home.pk} work@example.org")

    assert newest().to_address == "work@example.org" and newest().conversation == home


def test_a_conversation_that_wants_replies_elsewhere_gets_nothing_she_bought(desk: Desk) -> None:
    first = went(desk)
    said = desk.deliver(letter("My ticket?", reply_to="eve@example.org"))
    assert said is not None
    talk = said.conversation
    assert (talk.customer, talk.address) == (first.conversation.customer, "eve@example.org")

    ways = reached(desk.agent, [talk.customer_id], talk.customer.identities.all(), talk)

    assert [way.address for way in ways.ways(Item.objects.get().order)] == ["ala@example.org"]


def test_what_was_never_sent_from_here_or_is_owed_no_more_cannot_go_again(desk: Desk, agent: Client) -> None:
    home = Conversation.objects.get()
    assert "/again" not in agent.get(f"/conversations/{home.pk}/").content.decode()
    assert press(agent, home, Message(pk=1)).status_code == 409

    first = went(desk)
    settle(first, "bounced")
    cancelled = order(items=[{"line": "1", "title": "Ticket"}], cancelled_at="2026-03-02T09:00:00Z")
    call(cancelled, name="call-2")

    assert press(agent, home, first).status_code == 409
    assert newest() == first and Owed.objects.get().state == "waived"


def test_after_a_day_whatsapp_takes_no_free_words_and_nothing_is_owed_anew(desk: Desk, agent: Client) -> None:
    first = went(desk)
    here = chat(desk, first.conversation.customer, "whatsapp", "48600100200")

    assert press(agent, here, first).status_code == 409

    assert newest() == first and Owed.objects.get().state == "paid"
    check_the_books()


def test_the_page_of_the_customer_offers_it_where_it_went_first(desk: Desk, agent: Client) -> None:
    first = went(desk)
    chat(desk, first.conversation.customer)

    page = agent.get(f"/customers/{first.conversation.customer_id}/").content.decode()

    assert f'action="/conversations/{first.conversation_id}/again"' in page
    assert ">Telegram</option>" in page and ">ala@example.org</option>" in page


@pytest.mark.parametrize("state", ["queued", "held", "sending", "passed"])
def test_what_is_on_its_way_or_waits_is_not_sent_once_more(desk: Desk, agent: Client, state: str) -> None:
    first = went(desk)
    home = first.conversation
    Message.objects.filter(pk=first.pk).update(state=state)

    page = agent.get(f"/conversations/{home.pk}/").content.decode()
    answer = press(agent, home, first)

    assert f"/conversations/{home.pk}/again" not in page
    assert answer.status_code == 409 and "it would arrive twice" in answer.content.decode()
    assert newest() == first
