"""The list of customers: those who wrote last first, each once, and only those a person serves."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.desk.customers import find, views
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    for number in (1, 2, 3, 4, 2, 1):
        address = f"c{number}@example.org"
        desk.deliver(letter(sender=f"Name{number} <{address}>"), sender=address)
    return desk


def listed(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/customers/{query}")
    assert response.status_code == 200
    return re.findall(r"data-open href=\"/customers/\d+/\">(Name\d)</a>", response.content.decode())


def test_who_wrote_last_stands_first_and_once(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)

    assert listed(client) == ["Name1", "Name2", "Name4", "Name3"]


def test_every_customer_is_on_exactly_one_page(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 3)
    client.force_login(desk.lead)
    first = client.get("/customers/")

    assert listed(client) == ["Name1", "Name2", "Name4"]
    assert listed(client, first.context["after"]) == ["Name3"]
    assert listed(client, "?pages=2") == ["Name1", "Name2", "Name4", "Name3"]


def test_the_same_customer_stands_where_a_person_has_seen_him_last(desk: Desk, client: Client) -> None:
    other = Team.objects.create(name="Other")
    stranger = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    stranger.teams.add(other)
    oldest = Conversation.objects.order_by("pk")[:3]
    Conversation.objects.filter(pk__in=[talk.pk for talk in oldest]).update(
        team=other, last_at=MONDAY - timedelta(days=1)
    )
    client.force_login(stranger)

    assert sorted(listed(client)) == ["Name1", "Name2", "Name3"]


def test_an_address_is_shown_as_text_and_a_forged_one_as_forged(desk: Desk, client: Client) -> None:
    Identity.objects.filter(value="c3@example.org").update(value="<b>c3</b>@example.org", forged=True)
    client.force_login(desk.agent)

    shown = client.get("/customers/").content.decode()

    assert "&lt;b&gt;c3&lt;/b&gt;@example.org" in shown
    assert "forged" in shown


def test_customers_are_found_by_a_part_of_the_address(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)

    assert listed(client, "?q=c4@") == ["Name4"]
    assert "Nobody found" in client.get("/customers/?q=nobody").content.decode()


@pytest.mark.parametrize(("at_once", "page"), [(1, 50), (2, 3), (200, 2)])
def test_who_is_found_by_letters_is_found_however_many_are_looked_at_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: int, page: int
) -> None:
    monkeypatch.setattr(find, "AT_ONCE", at_once)
    monkeypatch.setattr(find, "PAGE", page)
    other = Team.objects.create(name="Other")
    Conversation.objects.filter(address="c3@example.org").update(team=other)
    Owed.objects.filter(customer__name="Name3").update(team=other, owner=desk.lead)
    Customer.objects.filter(name="Name2").update(stands_for=Customer.objects.get(name="Name1"))

    found = [number for number, _at in find.named(desk.agent, "name")]

    assert found == [Customer.objects.get(name=name).pk for name in ("Name4", "Name1")]
    assert [number for number, _at in find.named(desk.agent, "C2@EXAMPLE")] == found[1:2]
    assert find.named(desk.agent, "name3") == []
