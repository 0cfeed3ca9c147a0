"""Snippets: whose they are, what can be filled in, and how they come into a reply."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.conversations import snippets
from odzew.conversations.models import Conversation
from odzew.conversations.snippet import Snippet
from odzew.customers.models import Customer
from odzew.staff.models import Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?"))
    assert message
    return message.conversation


def write(client: Client, **more: Any) -> Any:
    form = {"name": "Thanks", "place": "mine", "language": "", "text": "Thank you, {customer.name}."}
    return client.post("/snippets/new", form | more)


def test_one_is_written_changed_and_thrown_away(agent: Client, desk: Desk) -> None:
    write(agent)
    one = Snippet.objects.get()
    assert (one.owner, one.team) == (desk.agent, None)

    form = {"name": "Thanks", "place": desk.team.pk, "language": "pl", "text": "Dziękuję."}
    agent.post(f"/snippets/{one.pk}/", form)
    one.refresh_from_db()
    assert (one.owner, one.team, one.text, one.language) == (None, desk.team, "Dziękuję.", "pl")
    assert "Dziękuję." in agent.get("/snippets/").content.decode()

    agent.post(f"/snippets/{one.pk}/delete")
    assert not Snippet.objects.exists()


@pytest.mark.parametrize("wrong", ["{customer.password}", "{}", "{ due date }", "{customer.__class__}"])
def test_what_nobody_can_fill_in_is_refused_with_the_list_of_what_can(agent: Client, wrong: str) -> None:
    answer = write(agent, text=f"Dear {wrong}")

    assert answer.status_code == 422
    assert "In braces only these may stand" in answer.content.decode()
    assert "{conversation.number}" in answer.content.decode()
    assert not Snippet.objects.exists()


def test_two_of_one_name_and_language_do_not_stand_in_one_place(agent: Client, desk: Desk) -> None:
    write(agent)

    assert write(agent).status_code == 422
    assert write(agent, place=desk.team.pk).status_code == 302
    assert write(agent, language="pl").status_code == 302


def test_another_teams_and_another_persons_are_not_there(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    other = Team.objects.create(name="Other")
    theirs = Snippet.objects.create(team=other, name="Secret", text="A secret")
    hers = Snippet.objects.create(owner=desk.lead, name="Hers", text="Her own")

    for url in ("/snippets/", f"/conversations/{talk.pk}/snippets", f"/conversations/{talk.pk}/"):
        page = agent.get(url).content.decode()
        assert "Secret" not in page and "Hers" not in page
    for one in (theirs, hers):
        assert agent.get(f"/snippets/{one.pk}/").status_code == 404
        assert agent.post(f"/conversations/{talk.pk}/snippet", {"snippet": one.pk}).status_code == 409
    assert write(agent, place=other.pk).status_code == 422


def test_places_are_filled_once_and_escaped(agent: Client, desk: Desk, talk: Conversation) -> None:
    Customer.objects.update(name="<b>{agent.name}</b>\nBcc: x")
    write(agent, text="{customer.name} {agent.name} {conversation.number} {due} {today} {team.name}")

    page = agent.get(f"/conversations/{talk.pk}/snippets").content.decode()

    assert "&lt;b&gt;{agent.name}&lt;/b&gt;" in page and "<b>" not in page
    filled = snippets.filled("{due}|{today}", snippets.values(talk, desk.agent, LATER))
    assert filled == "16 November 2026, 18:01|16 November 2026"
    assert snippets.filled("{due}", {"due": ""}) == "…"


def test_those_in_the_customers_language_come_first(agent: Client, desk: Desk, talk: Conversation) -> None:
    Conversation.objects.update(language="pl")
    for name, lang in (("A", "en"), ("B", "pl"), ("C", "")):
        Snippet.objects.create(team=desk.team, name=name, language=lang, text=name)

    page = agent.get(f"/conversations/{talk.pk}/snippets").content.decode()

    assert [page.index(f'data-name="{name}"') for name in "BCA"] == sorted(
        page.index(f'data-name="{name}"') for name in "ABC"
    )


def test_without_a_script_a_choice_and_a_button_put_it_below_what_was_written(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    write(agent, text="Yours, {agent.name}")
    one = Snippet.objects.get()

    page = agent.post(
        f"/conversations/{talk.pk}/snippet",
        {"snippet": one.pk, "text": "It is sent.", "purpose": "acknowledge", "once": "page"},
    ).content.decode()

    assert f">It is sent.\n\nYours, {desk.agent.name}</textarea>" in page
    assert 'value="acknowledge" required checked' in page
    assert agent.post(f"/conversations/{talk.pk}/snippet", {"snippet": ""}).status_code == 409
