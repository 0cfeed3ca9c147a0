"""Where somebody is signed in is listed, and can be ended."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.desk.account import seat
from odzew.lib.clock import now
from odzew.staff import sessions
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from odzew.staff.sessions import SignedIn
from tests.features.letters import MONDAY, PASSWORD, Desk, is_in, open_desk, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def signed_in(person: Person, address: str = "192.0.2.1", agent: str = FIREFOX) -> Client:
    return sign_in(person, Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent))


def test_the_account_page_shows_device_address_and_which_one_this_is(desk: Desk) -> None:
    here = signed_in(desk.agent)
    signed_in(desk.agent, "198.51.100.7", "curl/8")

    page = here.get("/account/").content.decode()

    assert "Firefox · Windows" in page and "192.0.2.1" in page
    assert "unknown" in page and "198.51.100.7" in page
    assert page.count("this one") == 1


def test_signing_out_everywhere_else_leaves_this_browser(desk: Desk) -> None:
    here, other, another = (signed_in(desk.agent) for _ in range(3))
    stranger = signed_in(desk.lead)

    here.post("/account/sign-out")

    assert [is_in(client) for client in (here, other, another, stranger)] == [True, False, False, True]
    assert StaffAct.objects.get(act="account-sign-out").facts == {"sessions": 2}


def test_one_other_session_is_ended_and_nobody_else_s(desk: Desk) -> None:
    here, other = signed_in(desk.agent), signed_in(desk.agent, "198.51.100.7")
    stranger = signed_in(desk.lead)
    rows = {row.address: row for row in SignedIn.objects.filter(person=desk.agent)}
    foreign = SignedIn.objects.get(person=desk.lead)

    here.post("/account/sign-out", {"seat": foreign.pk})
    here.post("/account/sign-out", {"seat": rows["192.0.2.1"].pk})  # this one: signing out is for that
    assert is_in(here) and is_in(other) and is_in(stranger)
    here.post("/account/sign-out", {"seat": rows["198.51.100.7"].pk})

    assert [is_in(client) for client in (here, other, stranger)] == [True, False, True]


def test_signing_out_takes_the_session_off_the_list(desk: Desk) -> None:
    client = signed_in(desk.agent)

    client.post("/account/logout/")

    assert not SignedIn.objects.exists()


def test_a_new_password_ends_the_others_and_keeps_this_one_listed(desk: Desk) -> None:
    here, other = signed_in(desk.agent), signed_in(desk.agent)
    new = {"password1": "another long one", "password2": "another long one"}

    here.post("/account/password/change/", {"oldpassword": PASSWORD, **new})

    assert is_in(here) and not is_in(other)
    [row] = sessions.of(desk.agent, now())
    assert row.session == here.session.session_key


def test_an_administrator_ends_the_sessions_of_somebody(desk: Desk) -> None:
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    agent, client = signed_in(desk.agent), signed_in(boss)

    page = client.get(f"/people/{desk.agent.pk}/").content.decode()
    client.post(f"/people/{desk.agent.pk}/sign-out")

    assert "Firefox · Windows" in page
    assert not is_in(agent) and is_in(client)
    line = StaffAct.objects.get(act="person-sign-out")
    assert (line.person, line.number) == (boss, desk.agent.pk)


def test_an_administrator_who_ends_the_own_sessions_keeps_this_one(desk: Desk) -> None:
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    here, other = signed_in(boss), signed_in(boss)

    here.post(f"/people/{boss.pk}/sign-out")

    assert is_in(here) and not is_in(other)


def test_who_leaves_the_desk_is_signed_out_and_stays_so_when_taken_back(desk: Desk) -> None:
    agent = signed_in(desk.agent)
    client = signed_in(Person.objects.get(role=Role.ADMINISTRATOR))

    client.post(f"/people/{desk.agent.pk}/leave")
    client.post(f"/people/{desk.agent.pk}/come-back")

    assert not is_in(agent)
    assert not SignedIn.objects.filter(person=desk.agent).exists()


def test_last_seen_is_kept_to_five_minutes_and_pages_between_cost_nothing(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = signed_in(desk.agent)
    client.get("/customers/")

    def written() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            client.get("/customers/")
        return [query["sql"] for query in found if query["sql"].startswith(("UPDATE", "INSERT"))]

    clock.shift(timedelta(minutes=4))
    assert written() == []
    clock.shift(timedelta(minutes=2))
    assert written() != []
    assert SignedIn.objects.get().seen_at == now()
    assert written() == []


def test_a_session_that_nobody_uses_is_forgotten_after_two_weeks(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    signed_in(desk.agent)
    clock.shift(timedelta(days=15))

    assert sessions.of(desk.agent, now()) == []
    assert sessions.step() == 1
    assert not SignedIn.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("curl/8.1", ""),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, words: str) -> None:
    assert seat.device(agent) == words
