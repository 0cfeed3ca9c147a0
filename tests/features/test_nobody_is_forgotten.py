"""Ways in which a customer could be forgotten although every part does its work."""

from datetime import timedelta

import pytest
import time_machine

from odzew.channels.base import Inbound
from odzew.conversations import actions
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import reply_address
from odzew.domain.obligation import State
from odzew.intake import drain, forms
from odzew.intake.accept import accept
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Team
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import ALA, answer, debt, kept, receive, sent

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * HOUR


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


def mail(text="Hello?", **told):
    return Inbound(**{**dict(address=ALA, text=text, own_words=text), **told})


# Several at once.


def test_two_mails_of_one_conversation_in_one_batch_by_different_ways(firm):
    first = receive(message_id="<1@example.org>")
    letter = sent(answer(first.conversation, firm.jan))
    token = reply_address(firm.account.address, first.conversation_id, ALA)
    batch = [
        (kept(at=NOON), mail(delivered_to=(token,))),
        (kept(at=NOON), mail(references=(letter.message_id,))),
        (kept(at=NOON), mail(references=("<1@example.org>",))),
    ]

    accept(batch, NOON)

    owed = Owed.objects.open().get()
    assert (owed.conversation, owed.chasers) == (first.conversation_id, 2)
    assert Conversation.objects.count() == 1


def test_a_machine_and_a_person_in_one_batch_open_what_was_closed(firm):
    first = receive(message_id="<1@example.org>")
    letter = sent(answer(first.conversation, firm.jan))
    actions.close(first.conversation, firm.jan, NOON)
    batch = [
        (kept(at=NOON), mail(references=("<1@example.org>",))),
        (kept(at=NOON), mail(references=(letter.message_id,), automatic="out-of-office")),
    ]

    accept(batch, NOON)

    assert Conversation.objects.get().status == "open"


# Clocks.


@pytest.mark.parametrize("ahead", [timedelta(seconds=3), HOUR, 4000 * DAY])
def test_what_came_while_the_clock_was_ahead_is_owed_since_now(firm, ahead):
    receive(at=NINE + ahead, now=NINE)

    assert (debt().opened_at, debt().due_at) == (NINE, NINE + 8 * HOUR)


@pytest.mark.parametrize("behind", [timedelta(seconds=3), HOUR, 4000 * DAY])
def test_what_waited_is_owed_since_it_reached_the_door(firm, behind):
    receive(at=NINE - behind, now=NINE)

    assert debt().opened_at == NINE - behind


def test_a_chaser_from_a_clock_that_was_set_back_joins(firm):
    talk = receive(at=NINE).conversation

    receive("Well?", into=talk, at=NINE - DAY)

    assert (debt().chasers, debt().opened_at) == (1, NINE)


def test_what_was_put_off_by_a_clock_that_was_ahead_is_read_now(firm):
    raw = kept()
    Raw.objects.update(tries=1, next_try_at=NINE + 4000 * DAY)

    with time_machine.travel(NINE, tick=False):
        assert [row.pk for row in drain._claim(drain._due(NINE, []), NINE)] == [raw.pk]


def test_what_was_put_off_waits_its_time(firm):
    kept()
    Raw.objects.update(tries=1, next_try_at=NINE + timedelta(seconds=4))

    assert drain._claim(drain._due(NINE, []), NINE) == []


# People and hours.


BROKEN_HOURS = {
    "a day without an end": dict(hours={"mon": [["09:00", "08:00"]]}),
    "no time at all": dict(hours={"mon": [["nine", "five"]]}),
    "never open": dict(hours={"mon": []}),
    "a day nobody knows": dict(hours={"mon": [["09:00", "17:00"]]}, own_days={"someday": []}),
    "a place nobody knows": dict(hours={"mon": [["09:00", "17:00"]]}, timezone="Europe/Atlantis"),
    "a country nobody knows": dict(hours={"mon": [["09:00", "17:00"]]}, country="XQ"),
}


@pytest.mark.parametrize("wrong", BROKEN_HOURS.values(), ids=BROKEN_HOURS)
def test_a_team_whose_hours_are_broken_still_owes_an_answer(firm, wrong):
    Team.objects.update(**wrong)

    receive()

    assert (debt().opened_at, debt().state) == (NINE, State.OPEN)
    assert NINE < debt().due_at <= NINE + 8 * DAY


def test_who_has_left_gets_no_new_debt_of_an_old_conversation(firm):
    talk = receive().conversation
    sent(answer(talk, firm.jan))
    Person.objects.filter(pk=firm.jan.pk).update(is_active=False)

    receive("One more thing", into=talk, at=NOON)

    assert Owed.objects.open().get().owner != firm.jan


def test_whoever_is_handed_a_debt_can_open_its_conversation_as_long_as_he_owes(firm):
    talk = receive().conversation
    guest = factory.person("guest")
    assert not Conversation.objects.visible_to(guest).exists()

    actions.hand_over(talk, firm.jan, [debt().pk], guest, "He knows the machine.", NOON)
    assert Conversation.objects.visible_to(guest).get() == talk

    sent(answer(talk, guest))
    assert not Conversation.objects.visible_to(guest).exists()


# Who wrote.


def test_a_form_that_writes_from_our_own_address_brings_a_customer_who_is_owed(firm):
    """Contact forms of shops send from the shop's own address, with the customer in Reply-To."""
    receive(sender=firm.account.address, reply_to=ALA)

    assert debt().state == State.OPEN
    assert Conversation.objects.get().address == ALA


def test_our_own_letter_that_comes_back_to_us_opens_nothing(firm):
    talk = receive().conversation
    letter = sent(answer(talk, firm.jan))

    receive(
        sender=firm.account.address,
        reply_to=reply_address(firm.account.address, talk.pk, ALA),
        message_id=letter.message_id,
        at=NOON,
    )

    assert not Owed.objects.open().exists()


@pytest.mark.parametrize("to", ["shop@firm.example", "shop+form@firm.example", None])
def test_a_form_that_names_nobody_to_reply_to_is_owed_an_answer_and_says_so(firm, to):
    firm.account.settings = {"smtp": {"host": "127.0.0.1", "port": 25, "security": "none"}}
    firm.account.save()

    receive(
        sender=firm.account.address,
        reply_to=firm.account.address,
        recipients={"to": [["", to]] if to else []},
    )

    assert debt().state == State.OPEN
    assert forms.NOBODY_NAMED in Message.objects.get().notes  # and no receipt to ourselves
