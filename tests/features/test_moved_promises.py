"""A promise that is moved owes the customer a notice of the new date (docs/adr/0040)."""

from datetime import timedelta

import pytest
from django.test import Client

from odzew.conversations import actions, asking, by_call, replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Kind, State
from odzew.ledger import beginnings
from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Role
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def talk(firm):
    """A conversation in which no answer is owed, and one promise by tomorrow at nine."""
    talk = factory.receive(at=NINE - DAY).conversation
    factory.sent(factory.answer(talk, firm.jan, at=NINE - HOUR), NINE - HOUR)
    actions.promise(talk, firm.ola, "the invoice", NINE + DAY, NINE)
    return Conversation.objects.get(pk=talk.pk)


def owed(kind):
    return list(Owed.objects.open().filter(kind=kind).order_by("pk"))


def move(talk, who, at, to=3 * DAY, **told):
    [promise] = owed(Kind.PROMISE)
    return actions.postpone(talk, who, promise.pk, at + to, "The printer broke.", at, **told)


def tell(talk, who, at, *, pays, words="It will be Friday."):
    return replying.reply(talk, who, words, at, pays=pays)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        pytest.param(NINE, NINE + 8 * HOUR, id="in the time of a notice"),
        pytest.param(NINE + DAY - HOUR, NINE + DAY, id="before the old date comes"),
        pytest.param(NINE + DAY + HOUR, NINE + DAY + 9 * HOUR, id="the old date has passed"),
    ],
)
def test_who_moves_a_promise_owes_the_customer_a_notice(firm, talk, at, due):
    number = move(talk, firm.jan, at)

    [notice] = owed(Kind.NOTICE)
    assert (notice.pk, notice.owner, notice.text) == (number, firm.jan, "Tell the new date: the invoice")
    assert (notice.opened_at, notice.due_at) == (at, due)
    assert notice.pk in {debt.id for debt in actions.close(talk, firm.jan, at)}


def test_moved_again_before_it_is_told_it_keeps_the_first_notice_and_no_older_letter_pays_it(firm, talk):
    number = move(talk, firm.jan, NINE)
    letter = tell(talk, firm.jan, NINE + MINUTE, pays=[number])

    again = move(talk, firm.ola, NINE + HOUR, to=5 * DAY)
    factory.sent(letter, NINE + HOUR)

    [notice] = owed(Kind.NOTICE)
    assert (again, notice.pk, notice.owner, notice.opened_at) == (number, number, firm.jan, NINE)
    factory.sent(tell(talk, firm.jan, NINE + 2 * HOUR, pays=[number], words="Monday."), NINE + 2 * HOUR)
    assert owed(Kind.NOTICE) == []
    assert move(talk, firm.jan, NINE + 3 * HOUR) not in (None, number)


def test_the_customer_who_asked_for_the_other_date_is_owed_no_notice(firm, talk):
    assert move(talk, firm.jan, NINE, wished=True) is None

    assert owed(Kind.NOTICE) == []
    assert Entry.objects.get(kind="postponed").reason == (
        "The customer asked for the other date. The printer broke."
    )


def test_a_letter_that_comes_back_has_told_nothing(firm, talk):
    letter = factory.sent(tell(talk, firm.jan, NINE, pays=[move(talk, firm.jan, NINE)]), NINE)
    assert owed(Kind.NOTICE) == []

    settling.bounced(letter, "550 no such user", NINE + HOUR)

    assert len(owed(Kind.NOTICE)) == 1


def called(talk, who, promise):
    by_call.kept(talk, who, promise, "She has it.", NINE + HOUR)


def written(talk, who, promise):
    factory.sent(tell(talk, who, NINE + HOUR, pays=[promise], words="Here it is."), NINE + HOUR)


def let_off(talk, who, promise):
    actions.waive(talk, who, promise, "We cannot.", NINE + HOUR)


@pytest.mark.parametrize(("settle", "left"), [(called, 0), (written, 0), (let_off, 1)])
def test_what_is_kept_needs_no_other_date_and_what_is_waived_is_still_to_be_told(firm, talk, settle, left):
    move(talk, firm.jan, NINE)
    [promise] = owed(Kind.PROMISE)

    settle(talk, firm.ola, promise.pk)

    assert len(owed(Kind.NOTICE)) == left
    assert Owed.objects.filter(kind=Kind.NOTICE, state=State.WAIVED).count() == 0


def test_the_news_of_a_third_party_is_not_told_with_a_date(firm, talk):
    side = asking.ask(talk, firm.jan, "carrier@carrier.example", "Parcel", "Where?", NINE).conversation
    move(talk, firm.jan, NINE)

    factory.receive(sender="carrier@carrier.example", at=NINE + HOUR, into=side)
    move(talk, firm.jan, NINE + HOUR)

    assert len(owed(Kind.NOTICE)) == 2


def test_it_goes_wherever_its_promise_goes(firm, talk):
    number = move(talk, firm.jan, NINE)
    [promise] = owed(Kind.PROMISE)

    known = beginnings.of_conversations([talk.pk])

    for one in (number, promise.pk):
        assert beginnings.with_their_parts(known, [one]) == {number, promise.pk}


def test_the_reply_that_is_begun_pays_the_notice_by_itself(firm, talk, client: Client):
    client.force_login(factory.person("Lea", role=Role.LEAD, team=firm.team))
    [promise] = owed(Kind.PROMISE)
    form = {"debt": promise.pk, "day": "2030-01-02", "hour": "12:00", "reason": "Late."}

    page = client.post(f"/conversations/{talk.pk}/new-date", form, follow=True).content.decode()
    [notice] = owed(Kind.NOTICE)
    wished = client.post(f"/conversations/{talk.pk}/new-date", form | {"wished": "yes"}, follow=True)

    assert f'name="pays" value="{notice.pk}" checked' in page
    assert f'name="pays" value="{promise.pk}" checked' not in page
    assert 'value="answer" required checked' in page
    assert Message.objects.filter(direction=Message.Direction.OUTBOUND, state="queued").count() == 0
    assert wished.redirect_chain[-1][0].endswith("#reply")  # it was owed before she wished it, and still is
