"""What the outbox does with a letter, whatever the server says and whenever it says it."""

from datetime import timedelta

import pytest
import time_machine

from odzew.conversations import settling
from odzew.conversations.models import Message
from odzew.outbox import deliver
from tests.channels.sink import DROP, sink
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import ALA, answer, debt, receive

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * HOUR
BOSS = "boss@example.org"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def letter(firm):
    return answer(receive().conversation, firm.jan, cc=[BOSS])


def step(firm, **answers):
    """Let the outbox work once, with a server that answers so."""
    with sink(answers=answers) as server:
        firm.account.settings = {"smtp": {"host": "127.0.0.1", "port": server.port, "security": "none"}}
        firm.account.save()
        deliver.step()
    return server


def fresh(message):
    return Message.objects.get(pk=message.pk)


def test_a_letter_that_is_taken_pays(firm, letter):
    server = step(firm)

    assert len(server.mails) == 1
    assert (fresh(letter).state, debt().state) == ("sent", "paid")


def test_a_letter_only_the_copy_of_which_is_refused_pays(firm, letter):
    step(firm, **{BOSS: "550 gone"})

    assert (fresh(letter).state, debt().state) == ("sent", "paid")


def test_a_letter_the_customer_is_refused_goes_to_nobody_and_pays_nothing(firm, letter):
    server = step(firm, **{ALA: "550 gone"})

    assert server.mails == []
    assert (fresh(letter).state, debt().state) == ("failed", "open")


def test_a_letter_the_customer_is_refused_for_now_waits_and_pays_nothing(firm, letter):
    server = step(firm, **{ALA: "450 greylisted"})

    assert server.mails == []
    assert (fresh(letter).state, debt().state) == ("queued", "open")
    assert fresh(letter).next_try_at == NOON + timedelta(minutes=1)


def test_a_letter_that_may_have_been_taken_is_in_doubt_and_not_sent_again(firm, letter):
    step(firm, dot=DROP)
    assert (fresh(letter).state, debt().state) == ("in_doubt", "open")

    assert step(firm).mails == []


def test_a_refusal_for_now_does_not_call_back_a_letter_that_came_back_meanwhile(firm, letter):
    in_hand = deliver._claim(NOON)
    settling.bounced(fresh(letter), "550", NOON)

    deliver._put_off(in_hand, "450 later", NOON)

    assert fresh(letter).state == "bounced"
    assert step(firm).mails == []


def test_a_letter_written_while_the_clock_was_wrong_goes_out_when_it_is_right(firm):
    letter = answer(receive().conversation, firm.jan, at=NOON + 4000 * DAY)

    step(firm)

    assert (fresh(letter).state, debt().state) == ("sent", "paid")


def test_a_letter_put_off_waits_its_time(firm, letter, clock):
    step(firm, **{ALA: "450 greylisted"})
    clock.shift(timedelta(seconds=30))
    assert step(firm).mails == []

    clock.shift(timedelta(seconds=31))

    assert len(step(firm).mails) == 1
