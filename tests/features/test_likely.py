"""Customers that are likely one are found as their letters come in, and a manager decides."""

import pytest
from django.test import Client

from odzew.conversations import merging
from odzew.conversations.alike import Alike, Mark
from odzew.customers.models import Customer
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def write(desk: Desk, address: str, name: str, text: str = "Where is it?") -> Customer:
    said = desk.deliver(letter(text, sender=f"{name} <{address}>"), sender=address)
    assert said
    return said.conversation.customer


def pairs() -> list[tuple[str, str, int, list[str]]]:
    rows = Alike.objects.undecided().select_related("one", "other")
    return [(row.one.name, row.other.name, row.score, row.marks) for row in rows]


def test_the_same_phone_written_differently_is_a_reason(desk: Desk) -> None:
    write(desk, "ala@example.org", "Ala Nowak", "Where?\n\n-- \nAla\ntel. 601 234 567")
    write(desk, "biuro@example.net", "Biuro", "Call me on +48601234567, please.")
    write(desk, "else@example.net", "Else", "Call me on +48601234568, please.")

    assert pairs() == [("Ala Nowak", "Biuro", 70, ["phone:601234567"])]


def test_reasons_add_up_and_the_likeliest_stands_first(desk: Desk) -> None:
    write(desk, "olena@example.org", "Олена Шевченко")
    write(desk, "os@example.net", "Olena Shevchenko", "Where is order no. 118734?")
    write(desk, "third@example.net", "Third One", "Order 118734\n\n-- \nolena@example.org")

    found = pairs()
    assert {(one, other): score for one, other, score, _ in found} == {
        ("Олена Шевченко", "Third One"): 60,
        ("Olena Shevchenko", "Third One"): 60,
        ("Олена Шевченко", "Olena Shevchenko"): 30,
    }
    assert found[-1][2] == 30


def test_what_many_share_tells_nobody_apart(desk: Desk) -> None:
    *_others, eighth, ninth = [
        write(desk, f"c{number}@example.org", f"C{number}", "Our switchboard: 22 555 66 77 88")
        for number in range(1, 10)
    ]

    assert Alike.objects.filter(other=eighth).count() == 7
    assert Mark.objects.filter(customer=ninth).exists()
    assert not Alike.objects.filter(other=ninth).exists()


def test_the_same_one_who_writes_again_is_no_pair(desk: Desk) -> None:
    for _ in range(2):
        write(desk, "ala@example.org", "Ala Nowak", "601 234 567")

    assert pairs() == []
    assert Mark.objects.filter(value="phone:601234567").count() == 1


def test_a_manager_says_that_they_are_two_and_is_not_asked_again(desk: Desk, client: Client) -> None:
    write(desk, "ala@example.org", "Ala Nowak")
    write(desk, "ala@example.net", "Ala Nowak")
    client.force_login(desk.lead)
    shown = client.get("/customers/likely").content.decode()

    assert "the same name: ala nowak" in shown
    pair = Alike.objects.get()
    for _ in range(2):
        client.post(f"/customers/likely/{pair.pk}/different")
    write(desk, "ala@example.net", "Ala Nowak", "Order 118734")
    write(desk, "ala@example.org", "Ala Nowak", "Order 118734")

    pair.refresh_from_db()
    assert pair.different_by == desk.lead and "order:118734" in pair.marks
    assert pairs() == []
    assert "Nobody looks like somebody else" in client.get("/customers/likely").content.decode()


def test_who_is_joined_is_offered_no_more_until_he_is_split(desk: Desk) -> None:
    ala, other = (write(desk, f"ala@example.{end}", "Ala Nowak") for end in ("org", "net"))
    merge = merging.merge(ala, other, desk.lead, "She says so.", desk.clock)
    assert pairs() == []

    merging.split(merge, desk.lead, "No.", desk.clock)
    assert len(pairs()) == 1
