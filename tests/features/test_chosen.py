"""Several rows of Today are ticked, and one thing is done with all of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, snoozing
from odzew.conversations.tag import Tagged
from odzew.ledger.models import Entry, Owed
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
AT = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def lead(desk: Desk, client: Client) -> Client:
    client.force_login(desk.lead)
    return client


@pytest.fixture
def owed(desk: Desk) -> list[Owed]:
    """Two debts of the lead, and one of the agent."""
    found = []
    for name, owner in (("Ala", desk.lead), ("Eva", desk.lead), ("Iga", desk.agent)):
        address = f"{name.lower()}@example.org"
        message = desk.deliver(letter(sender=f"{name} <{address}>"), sender=address)
        assert message
        debt = Owed.objects.get(conversation=message.conversation_id)
        if debt.owner != owner:
            actions.hand_over(message.conversation, owner, [debt.pk], owner, "So", MONDAY)
        found.append(Owed.objects.get(pk=debt.pk))
    return found


def numbers(owed: list[Owed]) -> list[int]:
    return [debt.pk for debt in owed]


def said(client: Client, what: str, owed: list[Owed], **form: object) -> str:
    data = {"chosen": numbers(owed), "back": "/?show=mine", **form}
    response = client.post(f"/chosen/{what}", data, follow=True)
    assert response.redirect_chain == [("/?show=mine", 302)]
    return response.content.decode()


def test_rows_can_be_ticked_and_the_page_shows_what_was(lead: Client, owed: list[Owed]) -> None:
    today = lead.get("/").content.decode()
    page = lead.get("/chosen/", {"chosen": numbers(owed[:2])}).content.decode()

    assert all(f'name="chosen" value="{debt.pk}"' in today for debt in owed)
    assert 'Chosen <span class="count">2</span>' in page
    assert "Ala" in page
    assert "Iga" not in page


def test_a_reader_ticks_nothing(desk: Desk, lead: Client, owed: list[Owed]) -> None:
    Person.objects.filter(pk=desk.lead.pk).update(role=Role.READER)

    assert 'name="chosen"' not in lead.get("/").content.decode()
    assert lead.get("/chosen/").status_code == 403


def test_all_are_handed_over_once(lead: Client, desk: Desk, owed: list[Owed]) -> None:
    for _ in range(2):
        page = said(lead, "hand-over", owed, to=desk.agent.pk, reason="She is away")

    assert "Done with 3." in page
    assert set(Owed.objects.values_list("owner", flat=True)) == {desk.agent.pk}
    assert Entry.objects.filter(kind="handed_over", reason="She is away").count() == 2


def test_all_are_held_before_the_books_are(lead: Client, desk: Desk, owed: list[Owed]) -> None:
    with CaptureQueriesContext(connection) as asked:
        said(lead, "hand-over", owed, to=desk.agent.pk, reason="She is away")

    told = [one["sql"] for one in asked]
    books = next(at for at, sql in enumerate(told) if 'FROM "odzew_head"' in sql)
    fresh = {debt.conversation for debt in owed}
    first = [
        sql for sql in told[:books] if 'FROM "odzew_conversation"' in sql and 'ORDER BY "odzew_conv' in sql
    ]
    assert any(all(str(number) in sql.split("WHERE")[1] for number in fresh) for sql in first)


def test_all_are_tagged(lead: Client, owed: list[Owed]) -> None:
    for _ in range(2):
        page = said(lead, "tag", owed, name="Returns")

    assert "Done with 3." in page
    assert Tagged.objects.count() == 3


def test_what_one_owes_is_snoozed_and_the_rest_is_named(lead: Client, desk: Desk, owed: list[Owed]) -> None:
    page = said(lead, "snooze", owed, until="week")

    assert "Done with 2." in page
    assert "Not done with 1: You owe nothing in this conversation" in page
    assert sorted(one.debt for one in snoozing.asleep(desk.lead, AT)) == numbers(owed[:2])


def test_a_moment_that_is_another_one_too_can_be_chosen_by_either_word(
    lead: Client, desk: Desk, owed: list[Owed]
) -> None:
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.filter(pk=desk.team.pk).update(hours=hours)
    with time_machine.travel(MONDAY + timedelta(days=4, hours=1), tick=False):
        assert "Done with 1." in said(lead, "snooze", owed[:1], until="week")
        [one] = snoozing.asleep(desk.lead, MONDAY + timedelta(days=4, hours=1))

    assert f"{one.wake_at:%a}" == "Mon"


def test_an_own_moment_does_too(lead: Client, desk: Desk, owed: list[Owed]) -> None:
    said(lead, "snooze", owed[:1], day="2026-11-20", hour="08:00")

    [one] = snoozing.asleep(desk.lead, AT)
    assert f"{one.wake_at:%d}" == "20"


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("hand-over", {"to": "", "reason": "x"}),
        ("hand-over", {"reason": ""}),
        ("tag", {"name": ""}),
        ("snooze", {}),
    ],
)
def test_what_cannot_be_done_is_said_and_logged_as_refused(
    lead: Client, desk: Desk, owed: list[Owed], what: str, form: dict[str, object]
) -> None:
    if what == "hand-over" and "to" not in form:
        form = form | {"to": desk.agent.pk}
    before = Entry.objects.count()

    page = said(lead, what, owed[:2], **form)

    assert "Not done with 2:" in page
    assert "Done with" not in page.replace("Not done with", "")
    assert Entry.objects.count() == before
    assert StaffAct.objects.get().refused


def test_what_another_team_owes_is_not_reached(desk: Desk, owed: list[Owed], client: Client) -> None:
    stranger = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    stranger.teams.add(Team.objects.create(name="Other"))
    client.force_login(stranger)
    before = list(Owed.objects.order_by("pk").values())

    page = said(client, "hand-over", owed, to=stranger.pk, reason="Mine now")
    said(client, "tag", owed, name="Mine")

    assert "Nothing was chosen" in page
    assert list(Owed.objects.order_by("pk").values()) == before
    assert not Tagged.objects.exists()
    assert "Ala" not in client.get("/chosen/", {"chosen": numbers(owed)}).content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/people/", ""])
def test_the_way_back_leads_to_today_and_nowhere_else(lead: Client, owed: list[Owed], back: str) -> None:
    answer = lead.post("/chosen/tag", {"chosen": numbers(owed), "name": "Returns", "back": back})

    assert answer["Location"] == "/"
