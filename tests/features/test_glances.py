"""Lists say in which conversations something is new to whoever looks."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, glancing
from odzew.conversations.glance import Glance
from odzew.staff.models import Person
from tests.domain.examples import HOUR, NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NEW = re.compile(r'id="(?:open|open-talk)-\d+"[^>]*>(<span class="news-dot"|[^<])')


@pytest.fixture
def firm():
    return factory.firm()


@pytest.fixture
def talk(firm):
    return factory.receive().conversation


@pytest.fixture
def jan(firm):
    client = Client()
    client.force_login(firm.jan)
    return client


def at(moment):
    return time_machine.travel(moment, tick=False)


def is_new(client, *places):
    """Return whether the one row of each of these lists is marked as new."""
    rows = [NEW.findall(client.get(place).content.decode()) for place in places or ("/", "/conversations/")]
    assert all(len(row) == 1 for row in rows), rows
    return [row[0].startswith("<span") for row in rows]


def test_a_conversation_is_new_until_one_has_looked_and_again_when_something_is_said(firm, talk, jan):
    assert is_new(jan) == [True, True]

    jan.get(f"/conversations/{talk.pk}/")
    assert is_new(jan) == [False, False]

    actions.note(talk, firm.ola, "I know her.", NINE + HOUR)
    assert is_new(jan) == [True, True]


def test_what_one_has_seen_is_new_to_another(firm, talk, jan):
    jan.get(f"/conversations/{talk.pk}/")
    ola = Client()
    ola.force_login(firm.ola)

    assert is_new(ola, "/conversations/") == [True]


@pytest.mark.parametrize(
    ("headers", "new"),
    [
        pytest.param({"HX-Target": "timeline"}, False, id="a page that is looked at"),
        pytest.param({"HX-Target": "timeline", "X-Behind": "yes"}, True, id="a page behind others"),
        pytest.param({"HX-Target": "owed"}, True, id="a part without what was said"),
    ],
)
def test_a_page_that_lies_open_has_seen_what_came_when_somebody_looks_at_it(firm, talk, jan, headers, new):
    jan.get(f"/conversations/{talk.pk}/", headers={"HX-Request": "true", **headers})

    assert is_new(jan, "/conversations/") == [new]


def test_all_is_marked_as_seen_at_once_and_leaves_no_rows(firm, talk, jan):
    jan.get(f"/conversations/{talk.pk}/")
    actions.note(talk, firm.ola, "I know her.", NINE + HOUR)

    with at(NINE + 2 * HOUR):
        jan.post("/conversations/seen")

    assert is_new(jan) == [False, False]
    assert not Glance.objects.exists()
    factory.receive(into=talk, at=NINE + 3 * HOUR)
    assert is_new(jan) == [True, True]


def test_what_was_said_before_somebody_joined_is_not_new(firm, talk, jan):
    Person.objects.filter(pk=firm.jan.pk).update(date_joined=NINE + MINUTE)

    assert is_new(jan, "/conversations/") == [False]


def test_what_is_marked_as_unread_is_new_until_one_looks_again_and_only_to_oneself(firm, talk, jan):
    ola = Client()
    ola.force_login(firm.ola)
    for one in (jan, ola):
        one.get(f"/conversations/{talk.pk}/")

    answer = jan.post(f"/conversations/{talk.pk}/unread", follow=True)

    assert "Unread again: Parcel" in answer.content.decode()
    assert is_new(jan) == [True, True]
    assert is_new(ola, "/conversations/") == [False]
    jan.get(f"/conversations/{talk.pk}/")
    assert is_new(jan) == [False, False]


def test_what_was_never_looked_at_and_what_is_caught_up_can_be_unread_too(firm, talk, jan):
    Person.objects.filter(pk=firm.jan.pk).update(caught_up_at=NINE + HOUR)

    glancing.forget(firm.jan, talk)

    assert is_new(jan) == [True, True]


def test_a_conversation_of_another_team_cannot_be_marked(firm, talk):
    stranger = Client()
    stranger.force_login(factory.person("stranger"))

    assert stranger.post(f"/conversations/{talk.pk}/unread").status_code == 404
    assert not Glance.objects.exists()


def test_looking_again_at_a_whole_page_writes_nothing(firm, talk, jan):
    jan.get(f"/conversations/{talk.pk}/")

    with CaptureQueriesContext(connection) as asked:
        jan.get(f"/conversations/{talk.pk}/")

    written = [one["sql"] for one in asked if not one["sql"].lstrip().startswith(("SELECT", "WITH"))]
    assert written == []


def test_what_is_new_is_known_of_many_with_one_question(firm, talk, django_assert_num_queries):
    other = factory.receive(sender="ola@example.org").conversation
    glancing.look(firm.jan, other)

    with django_assert_num_queries(1):
        assert glancing.new_to(firm.jan, [talk.pk, other.pk]) == {talk.pk}
    assert glancing.new_to(firm.jan, []) == set()


def test_looking_twice_writes_once_and_a_full_disk_hides_no_page(
    firm, talk, jan, monkeypatch, django_assert_num_queries
):
    glancing.look(firm.jan, talk)
    with django_assert_num_queries(1):
        glancing.look(firm.jan, talk)

    def full(*_rows, **_how):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Glance.objects, "bulk_create", full)
    Glance.objects.all().delete()
    assert jan.get(f"/conversations/{talk.pk}/").status_code == 200
