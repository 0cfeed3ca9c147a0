"""Conversations show who owes what in each, and one press makes it one's own."""

import re
from datetime import timedelta

import pytest
import time_machine

from odzew.conversations import actions
from odzew.ledger.models import Entry
from tests.domain.examples import HOUR, NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
AT = NINE + HOUR


@pytest.fixture(autouse=True)
def ten():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


def row(client):
    """Return the state of the one row, with the words in its last two columns."""
    page = client.get("/conversations/").content.decode()
    [state] = re.findall(r'<li class="debt talk-row[^>]*data-state="(\w*)"', page)
    told = page.split('<div class="debt-due">')[1].split("</li>")[0]
    return state, re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", told)).strip()


def test_a_row_shows_what_presses_most_and_who_owes_it(firm, client):
    client.force_login(firm.jan)
    talk = factory.receive().conversation
    actions.hand_over(talk, firm.jan, [factory.debt().pk], firm.ola, "Hers.", NINE)
    actions.promise(talk, firm.jan, "the invoice", NINE + 30 * HOUR, NINE)

    assert row(client) == ("open", "due in 7 h O owed by ola")


def test_what_is_closed_says_so_and_owes_nothing(firm, client):
    client.force_login(firm.jan)
    talk = factory.receive().conversation
    factory.sent(factory.answer(talk, firm.jan, at=NINE), NINE + timedelta(minutes=1))
    actions.close(talk, firm.jan, AT)

    assert row(client) == ("", "closed")


def test_what_a_colleague_owes_is_taken_on_with_one_press(firm, client):
    client.force_login(firm.ola)
    talk = factory.receive().conversation
    actions.hand_over(talk, firm.jan, [factory.debt().pk], firm.jan, "Mine.", NINE)
    page = client.get(f"/conversations/{talk.pk}/").content.decode()
    [form] = re.findall(
        r'<form method="post" action="[^"]*/hand-over" data-once>(?:(?!</form>).)*Take it on', page
    )
    fields = dict(re.findall(r'name="(debt|to|reason)" value="([^"]*)"', form))

    client.post(f"/conversations/{talk.pk}/hand-over", fields)

    assert factory.debt().owner == firm.ola
    assert Entry.objects.filter(kind="handed_over").latest("seq").reason == "I take it on."
    assert "Take it on" not in client.get(f"/conversations/{talk.pk}/").content.decode()
