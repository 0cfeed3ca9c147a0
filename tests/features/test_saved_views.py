"""A question is kept under a name and asked again by its address; each has his own."""

from datetime import timedelta

import pytest
from django.test import Client

from odzew.conversations import tagging
from odzew.search import index
from odzew.search.models import SavedView
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
QUESTION = 'tag:"not paid" is:owed'


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    for name in ("Ala", "Eva"):
        address = f"{name.lower()}@example.org"
        message = desk.deliver(letter(sender=f"{name} <{address}>"), sender=address)
        assert message
        if name == "Ala":
            tagging.add(message.conversation, desk.agent, "Not paid", MONDAY + timedelta(hours=1))
    while index.step():
        pass
    return desk


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


def test_a_question_is_kept_and_asked_again_by_its_address(agent: Client) -> None:
    answer = agent.post("/views/keep", {"name": "Nie zapłacono!", "q": QUESTION}, follow=True)

    assert answer.redirect_chain == [("/views/nie-zap%C5%82acono/", 302)]
    page = agent.get("/views/nie-zapłacono/").content.decode()
    assert "ala@example.org" in page
    assert "eva@example.org" not in page
    assert "Nie zapłacono!" in agent.get("/search").content.decode()


def test_they_stand_on_top_of_today_and_what_is_found_shows_its_tags(agent: Client, desk: Desk) -> None:
    agent.post("/views/keep", {"name": "Nie <b>zapłacono", "q": QUESTION})

    link = '<a class="tab" href="/views/nie-bzap%C5%82acono/">'
    today = agent.get("/").content.decode()
    assert link in today and "Nie &lt;b&gt;zapłacono" in today
    assert link not in agent.get("/", headers={"HX-Target": "today"}).content.decode()
    assert '<span class="clip">Not paid</span>' in agent.get("/search?q=parcel").content.decode()
    other = Client()
    other.force_login(desk.lead)
    assert link not in other.get("/").content.decode()


def test_the_same_name_replaces_the_question(agent: Client, desk: Desk) -> None:
    for question in ("parcel", QUESTION):
        agent.post("/views/keep", {"name": "Mine", "q": question})

    assert SavedView.objects.get().question == QUESTION


def test_nobody_has_the_view_of_another(agent: Client, desk: Desk) -> None:
    agent.post("/views/keep", {"name": "Mine", "q": QUESTION})
    other = Client()
    other.force_login(desk.lead)

    assert other.get("/views/mine/").status_code == 404
    other.post("/views/mine/remove")
    other.post("/views/keep", {"name": "Mine", "q": "parcel"})

    assert agent.get("/views/mine/").status_code == 200
    assert SavedView.objects.count() == 2


def test_a_view_shows_no_more_than_its_person_may_see(desk: Desk, client: Client) -> None:
    stranger = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    client.force_login(stranger)
    client.post("/views/keep", {"name": "Mine", "q": QUESTION})

    answer = client.get("/views/mine/")
    assert answer.status_code == 200
    assert "ala@example.org" not in answer.content.decode()


def test_it_is_removed_and_may_be_removed_twice(agent: Client) -> None:
    agent.post("/views/keep", {"name": "Mine", "q": QUESTION})
    for _ in range(2):
        assert agent.post("/views/mine/remove").status_code == 302

    assert agent.get("/views/mine/").status_code == 404


@pytest.mark.parametrize(
    ("name", "question", "said"),
    [
        ("", QUESTION, "a name"),
        ("!", QUESTION, "a name"),
        ("Mine", "", "Ask something"),
        ("Mine", "x:y", "no filter"),
    ],
)
def test_what_cannot_be_kept_is_said(agent: Client, name: str, question: str, said: str) -> None:
    page = agent.post("/views/keep", {"name": name, "q": question}, follow=True).content.decode()

    assert said in page
    assert f'value="{question}"' in page.replace("&quot;", '"') or not question, "the question is not lost"
    assert not SavedView.objects.exists()
