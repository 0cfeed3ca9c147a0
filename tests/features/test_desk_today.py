"""Today: what I owe and what my team owes, most pressing first, and nothing of other teams."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions
from odzew.desk import cursor
from odzew.desk.today import views
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def lead(desk: Desk, client: Client) -> Client:
    client.force_login(desk.lead)
    return client


def from_customer(desk: Desk, name: str, subject: str = "Parcel", text: str = "Where is it?") -> Owed:
    address = f"{name.lower()}@example.org"
    message = desk.deliver(letter(text, sender=f"{name} <{address}>", subject=subject), sender=address)
    return Owed.objects.get(conversation=message.conversation_id)


def give(debt: Owed, desk: Desk, to: Person) -> None:
    talk = actions.Conversation.objects.get(pk=debt.conversation)
    actions.hand_over(talk, desk.lead, [debt.pk], to, "She knows it", MONDAY + timedelta(hours=1))


def page(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_sent_to_the_door(desk: Desk, client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_the_door_opens_for_a_person_with_the_right_password(desk: Desk, client: Client) -> None:
    wrong = client.post("/account/login/", {"login": "lead@example.com", "password": "wrong"})
    right = client.post("/account/login/", {"login": "lead@example.com", "password": "a long password"})

    assert wrong.status_code == 200
    assert right["Location"] == "/"


def test_a_debt_says_who_what_since_when_by_when_and_why_it_ranks_there(desk: Desk, lead: Client) -> None:
    debt = from_customer(desk, "Basia", "Broken lamp", "The lamp came broken.")
    give(debt, desk, desk.lead)

    shown = page(lead)

    for words in (
        "Basia",
        "basia@example.org",
        "Broken lamp",
        "The lamp came broken.",
        "today 10:01",
        "due in",
    ):
        assert words in shown
    assert f'href="/conversations/{debt.conversation}/#last"' in shown
    assert "by its hour" in shown


def test_a_chaser_is_said_as_the_reason_of_the_rank(desk: Desk, lead: Client) -> None:
    desk.deliver(letter("Where is it?", message_id="<1st@example.org>"))
    desk.deliver(letter("Well?", in_reply_to="<1st@example.org>"))

    assert "the customer wrote again" in page(lead)


def test_a_late_debt_is_late_in_words_and_counted(desk: Desk, lead: Client) -> None:
    give(from_customer(desk, "Basia"), desk, desk.lead)

    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        shown = page(lead)

    assert "late by" in shown
    assert 'data-state="late"' in shown
    assert "You owe one thing; one of them is late." in shown


def test_the_most_pressing_stands_first(desk: Desk, lead: Client) -> None:
    for name in ("Adam", "Basia", "Celina"):
        give(from_customer(desk, name), desk, desk.lead)
    Owed.objects.filter(customer__name="Celina").update(press_at=MONDAY)

    shown = page(lead, "?show=mine")

    assert shown.index("Celina") < shown.index("Adam") < shown.index("Basia")


def test_mine_and_the_teams_stand_apart(desk: Desk, lead: Client) -> None:
    give(from_customer(desk, "Adam"), desk, desk.lead)
    give(from_customer(desk, "Basia"), desk, desk.agent)

    assert "Adam" in page(lead, "?show=mine")
    assert "Basia" not in page(lead, "?show=mine")
    assert "Adam" not in page(lead, "?show=team")
    assert "owed by Jan Agent" in page(lead, "?show=team")


def test_the_debts_of_another_team_are_not_shown_nor_counted(desk: Desk, client: Client) -> None:
    stranger = Person.objects.create_user("x@example.com", "a long password", name="X", role=Role.AGENT)
    stranger.teams.add(Team.objects.create(name="Other"))
    from_customer(desk, "Adam")
    client.force_login(stranger)

    shown = page(client)

    assert "Adam" not in shown
    assert "You owe nothing at this moment." in shown
    assert page(client, "?show=late").count("data-row") == 0


def test_a_promise_has_its_own_tab_and_its_own_words(desk: Desk, lead: Client) -> None:
    debt = from_customer(desk, "Adam", "Lamp")
    talk = actions.Conversation.objects.get(pk=debt.conversation)
    due = MONDAY + timedelta(days=1)
    actions.promise(talk, desk.lead, "Send the spare part", due, MONDAY + timedelta(hours=1))

    shown = page(lead, "?show=promised")

    assert "Send the spare part" in shown
    assert "we promised it" in shown
    assert shown.count("data-row") == 1


def test_an_empty_desk_says_how_debts_come(desk: Desk, lead: Client) -> None:
    assert "When a customer writes to you" in page(lead)


def test_every_debt_is_on_exactly_one_page(desk: Desk, lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 3)
    debts = {from_customer(desk, f"Customer{n}").pk for n in range(8)}
    Owed.objects.update(owner=desk.lead, press_at=MONDAY)  # all alike, so that the number decides

    found: list[int] = []
    query = "?show=mine"
    while query:
        context = lead.get(f"/{query}").context
        found += [debt.id for part in context["parts"] for debt in part.debts]
        query = context["after"].removeprefix("/")

    assert sorted(found) == sorted(debts)


def test_a_list_that_has_grown_shows_as_much_again_and_goes_on_behind_it(
    desk: Desk, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    debts = [from_customer(desk, f"Customer{n}").pk for n in range(5)]
    Owed.objects.update(owner=desk.lead, press_at=MONDAY)

    grown = lead.get("/?show=mine&pages=2").context
    behind = lead.get(grown["after"]).context

    assert [debt.id for debt in grown["parts"][0].debts] == debts[:4]
    assert "pages" not in grown["after"]
    assert [debt.id for debt in behind["parts"][0].debts] == debts[4:]


@pytest.mark.parametrize(
    ("given", "shown"), [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("99999", cursor.MOST)]
)
def test_no_list_grows_without_end(given: str, shown: int) -> None:
    assert cursor.pages({"pages": given}) == shown


def test_a_spoilt_cursor_shows_the_first_page(desk: Desk, lead: Client) -> None:
    give(from_customer(desk, "Adam"), desk, desk.lead)

    assert "Adam" in page(lead, "?show=mine&after=nonsense")
    assert cursor.read("2026-01-01T00:00:00_1") is None


def test_the_number_of_queries_does_not_grow_with_what_is_owed(desk: Desk, lead: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(lead)
        return len(captured)

    give(from_customer(desk, "First"), desk, desk.lead)
    give(from_customer(desk, "Second"), desk, desk.agent)
    few = queries()
    for n in range(15):
        from_customer(desk, f"Customer{n}")

    assert queries() == few <= 20


def test_a_live_part_asks_for_itself_alone(desk: Desk, lead: Client) -> None:
    shown = page(lead, "", **{"HX-Target": "today"})

    assert shown.lstrip().startswith('<div id="today"')
    assert "<html" not in shown


def test_the_person_picks_colours_and_language(desk: Desk, lead: Client) -> None:
    lead.post("/look", {"theme": "dark", "next": "/"})
    lead.post("/look", {"language": "uk", "next": "/"})
    away = lead.post("/look", {"theme": "light", "next": "https://elsewhere.example/"})

    desk.lead.refresh_from_db()
    assert (desk.lead.theme, desk.lead.language) == ("light", "uk")
    assert away["Location"] == "/"
    assert '<html lang="uk" data-theme="light">' in page(lead)
