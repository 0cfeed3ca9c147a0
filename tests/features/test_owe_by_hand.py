"""Whoever sees that a person wrote what was taken for a machine's owes an answer by hand."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from odzew.conversations import actions, by_hand, holding, replying
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.intake import proof
from odzew.ledger import books, reports
from odzew.ledger.models import Entry, Owed
from odzew.outbox import letter as outgoing
from odzew.staff.models import Person, Role
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def machines(desk: Desk) -> Message:
    message = desk.deliver(letter("Please help me, I cannot sign in.", auto_submitted="auto-generated"))
    assert message and message.automatic
    return message


def test_the_debt_is_as_old_as_the_message_and_says_who_owes_it_and_why(
    desk: Desk, machines: Message
) -> None:
    Conversation.objects.update(status=Conversation.Status.CLOSED)

    by_hand.owe(machines, desk.agent, " She asks something. ", desk.clock + AN_HOUR)

    debt, entry = Owed.objects.get(), Entry.objects.get()
    assert (debt.kind, debt.state, debt.opened_at) == ("answer", "open", machines.at)
    assert (entry.by, entry.reason, entry.message) == (
        f"person:{desk.agent.pk}",
        "She asks something.",
        machines.pk,
    )
    assert Conversation.objects.get().status == Conversation.Status.OPEN
    assert [*reports.findings(), *proof.findings()] == []


def test_the_message_is_a_persons_from_then_on_and_its_answer_pays(desk: Desk, machines: Message) -> None:
    by_hand.owe(machines, desk.agent, "She asks.", desk.clock)
    talk = Conversation.objects.get()

    reply = replying.reply(talk, desk.agent, "Try again.", desk.clock, pays=[Owed.objects.get().pk])

    assert outgoing.write(reply).in_reply_to == machines.message_id
    with pytest.raises(holding.NewerMessage):
        actions.waive(talk, desk.agent, Owed.objects.get().pk, "Spam", desk.clock, seen=machines.pk - 1)


def test_what_came_while_the_clock_was_ahead_is_owed_since_now(desk: Desk, machines: Message) -> None:
    now = machines.at - timedelta(days=400)

    assert by_hand.owe(machines, desk.agent, "She asks.", now).opened_at == now


def test_it_is_owed_once(desk: Desk, machines: Message) -> None:
    stale = Message.objects.get(pk=machines.pk)
    by_hand.owe(machines, desk.agent, "She asks.", desk.clock)

    with pytest.raises(Refused, match="in the books"):
        by_hand.owe(stale, desk.lead, "I saw it too.", desk.clock)

    assert Owed.objects.count() == 1


def test_a_reason_is_asked_for(desk: Desk, machines: Message) -> None:
    with pytest.raises(Refused, match="how you can tell"):
        by_hand.owe(machines, desk.agent, "  ", desk.clock)

    assert Owed.objects.count() == 0
    assert Message.objects.get().automatic


def test_our_own_letter_is_owed_nothing(desk: Desk) -> None:
    talk = desk.deliver(letter()).conversation  # type: ignore[union-attr]
    ours = replying.reply(talk, desk.agent, "Yes.", desk.clock, pays=[books.debts_of(talk.pk)[0].id])

    with pytest.raises(Refused):
        by_hand.owe(ours, desk.agent, "It was me.", desk.clock)


def test_a_reader_may_not(desk: Desk, machines: Message) -> None:
    reader = Person.objects.create_user("reader@example.com", name="Rita", role=Role.READER)

    with pytest.raises(holding.NotAllowed):
        by_hand.owe(machines, reader, "She asks.", desk.clock)


def test_the_screen_offers_it_beside_the_message_and_without_any_script(
    desk: Desk, machines: Message, client: Client
) -> None:
    client.force_login(desk.agent)
    talk = f"/conversations/{machines.conversation_id}/"

    with time_machine.travel(desk.clock + AN_HOUR, tick=False):
        page = client.get(f"{talk}?do=owe&message={machines.pk}").content.decode()
        asked = client.post(f"/messages/{machines.pk}/owe", {"reason": ""})
        done = client.post(f"/messages/{machines.pk}/owe", {"reason": "She asks."}, follow=True)

    assert f'id="owe-{machines.pk}" aria-labelledby="owe-title-{machines.pk}" open' in page
    assert asked.status_code == 409
    shown = done.content.decode()
    assert "since the message came" in shown
    assert "She asks." in shown
    assert "It was first taken for a machine&#x27;s: auto-generated" in shown
    assert "owe-reason" not in shown
