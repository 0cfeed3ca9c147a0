"""Promises in a reply: found as it is written, confirmed, and debts of those who promise (F19, F27)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations.models import Conversation, Message
from odzew.ledger import reports
from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Person
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    yield opened
    assert reports.findings() == []


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?", message_id="<1st@example.org>"))
    assert message is not None
    return message.conversation


def send(client: Client, talk: Conversation, text: str, **form: Any) -> Any:
    return client.post(f"/conversations/{talk.pk}/reply", {"text": text, "purpose": "acknowledge", **form})


def confirmed(text: str, day: str, hour: str, owner: Person) -> dict[str, Any]:
    return {
        "promise": text,
        "promise_kept": "0",
        "promise_day": day,
        "promise_hour": hour,
        "promise_owner": owner.pk,
    }


def promises(talk: Conversation) -> list[Owed]:
    return list(Owed.objects.open().filter(conversation=talk.pk, kind="promise"))


def typed(client: Client, talk: Conversation, text: str, **form: Any) -> str:
    response = client.post(f"/conversations/{talk.pk}/promises", {"text": text, **form})
    assert response.status_code == 200
    return unescape(response.content.decode())


def local(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Warsaw"))  # of those who write


def test_a_promise_is_shown_with_its_hour_as_it_is_written(agent, talk):
    shown = typed(agent, talk, "I will call you on 2026-11-20 at 15:30.")

    assert 'value="2026-11-20"' in shown
    assert 'value="15:30"' in shown
    assert "I will call you on 2026-11-20 at 15:30." in shown


def test_a_text_without_a_promise_shows_nothing(agent, talk):
    assert typed(agent, talk, "Thank you for your letter.").strip() == ""


def test_the_choices_made_stay_while_one_goes_on_writing(desk, agent, talk):
    form = confirmed("I will call you soon.", "2026-11-19", "09:15", desk.lead) | {"promise_kept": ""}

    shown = typed(agent, talk, "I will call you soon. Thank you.", **form)

    assert 'value="09:15"' in shown
    assert f'value="{desk.lead.pk}" selected' in shown
    assert "checked" not in shown


def test_a_promise_nobody_looked_at_is_shown_before_it_is_sent(agent, talk):
    response = send(agent, talk, "I will call you on 2026-11-20 at 15:30.")

    assert response.status_code == 409
    assert 'value="2026-11-20"' in response.content.decode()
    assert promises(talk) == []
    assert not Message.objects.filter(direction="out").exclude(purpose="receipt").exists()


def test_a_confirmed_promise_is_a_debt_that_names_its_message(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."

    response = send(agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.agent))

    [promise] = promises(talk)
    message = Message.objects.get(text=text)
    opened = Entry.objects.get(obligation=promise.pk, kind="opened")
    assert response.status_code == 302
    assert (promise.owner, promise.text, promise.due_at) == (desk.agent, text, local("2026-11-20T15:30"))
    assert opened.message == message.pk


def test_a_corrected_hour_counts(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."

    send(agent, talk, text, **confirmed(text, "2026-11-21", "10:00", desk.agent))

    assert [promise.due_at for promise in promises(talk)] == [local("2026-11-21T10:00")]


def test_a_promise_may_be_another_persons(desk, agent, talk):
    text = "My manager will call you on 2026-11-20 at 15:30."

    send(agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.lead))

    assert [promise.owner for promise in promises(talk)] == [desk.lead]


def test_somebody_named_has_to_be_chosen(desk, agent, talk):
    text = "My manager will call you on 2026-11-20 at 15:30."

    assert "Who is “My manager”?" in typed(agent, talk, text)
    response = send(
        agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.agent) | {"promise_owner": ""}
    )

    assert response.status_code == 409
    assert promises(talk) == []


def test_what_was_refused_is_no_promise(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."
    form = confirmed(text, "2026-11-20", "15:30", desk.agent) | {"promise_kept": ""}

    assert send(agent, talk, text, **form).status_code == 302
    assert promises(talk) == []


def test_a_vague_promise_asks_for_a_date(desk, agent, talk):
    text = "I will call you soon."

    assert "When? Give a day and an hour." in typed(agent, talk, text)
    assert send(agent, talk, text, **confirmed(text, "", "", desk.agent)).status_code == 409
    assert send(agent, talk, text, **confirmed(text, "2026-11-20", "12:00", desk.agent)).status_code == 302
    assert len(promises(talk)) == 1


@pytest.mark.parametrize(
    ("day", "hour"), [("2020-01-01", "10:00"), ("9999-99-99", "10:00"), ("2026-11-20", "x")]
)
def test_a_moment_that_is_none_or_past_sends_nothing(desk, agent, talk, day, hour):
    text = "I will call you soon."

    response = send(agent, talk, text, **confirmed(text, day, hour, desk.agent))

    assert response.status_code == 409
    assert (promises(talk), Message.objects.filter(text=text).count()) == ([], 0)


def test_a_promise_that_stands_in_the_books_is_not_made_twice(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."
    send(agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.agent))

    assert send(agent, talk, "As I said, I will call you on 2026-11-20 at 15:30.").status_code == 302
    assert len(promises(talk)) == 1


def test_thanks_of_the_customer_end_no_promise(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."
    send(agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.agent))

    desk.deliver(letter("Thank you!", in_reply_to="<1st@example.org>"))

    assert len(promises(talk)) == 1


def test_asking_the_customer_to_remind_us_is_stopped(agent, talk):
    response = send(agent, talk, "Please remind me in half an hour.")

    words = unescape(response.content.decode())
    assert response.status_code == 409
    assert "We do not ask the customer to remind us." in words
    assert "I will write to you by" in words


def test_it_is_turned_round_into_a_promise_with_that_hour(agent, talk):
    response = send(
        agent, talk, "Hello. Please remind me in half an hour.", turn="Please remind me in half an hour."
    )

    words = unescape(response.content.decode())
    assert response.status_code == 200
    assert "Hello. I will write to you by 13:30 on 16 November 2026.</textarea>" in words


def test_a_new_date_offers_to_tell_the_customer(desk, agent, talk):
    text = "I will call you on 2026-11-20 at 15:30."
    send(agent, talk, text, **confirmed(text, "2026-11-20", "15:30", desk.agent))
    [promise] = promises(talk)

    moved = agent.post(
        f"/conversations/{talk.pk}/new-date",
        {"debt": promise.pk, "day": "2026-11-23", "hour": "12:00", "reason": "The part is late."},
        follow=True,
    )

    promise.refresh_from_db()
    assert promise.due_at == local("2026-11-23T12:00")
    assert "12:00" in unescape(moved.content.decode()).partition("</textarea>")[0].rpartition(">")[2]
    assert Entry.objects.filter(obligation=promise.pk, kind="postponed").exists()


def test_what_is_typed_costs_a_few_queries_however_many_promises(agent, talk):
    def queries(text: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            typed(agent, talk, text)
        return len(asked)

    assert queries("I will call you tomorrow at 9. " * 10) == queries("I will call you tomorrow at 9.")


def test_the_moment_is_counted_in_the_hours_of_the_team(desk, agent, talk):
    desk.team.timezone, desk.team.hours = (
        "Europe/Kyiv",
        {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed")},
    )
    desk.team.save()

    shown = typed(agent, talk, "I will call you tomorrow.")

    assert 'value="15:00"' in shown  # 16:00 in Kyiv
