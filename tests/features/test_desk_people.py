"""An administrator sets up people, teams and hours alone; nobody is forgotten when somebody leaves."""

import re

import pytest
import time_machine
from django.test import Client

from odzew.conversations.tag import key
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
TEAM = {
    "name": "Night",
    "language": "pl",
    "timezone": "Europe/Warsaw",
    "answer_hours": "4",
    "country": "PL",
    "fri": "9-17",
    "mon": "9-13, 14-17",
}


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


def somebody(desk: Desk, **said: object) -> dict[str, object]:
    told = {"name": "Zofia", "email": "Zofia@Example.com", "role": "agent", "language": "pl"}
    told |= {"capacity": "30", "languages": ["pl", "uk"]}
    return told | {"timezone": "Europe/Warsaw", "teams": [desk.team.pk]} | said


def link(page: str) -> str:
    found = re.search(r'value="http://[^/"]+(/welcome/[^"]+)"', page)
    assert found
    return found[1]


def test_whoever_is_invited_chooses_a_password_by_a_link_and_signs_in(desk: Desk, boss: Client) -> None:
    page = boss.post("/people/invite", somebody(desk)).content.decode()
    stranger, url = Client(), link(page)

    short = stranger.post(url, {"password": "short", "again": "short"})
    unlike = stranger.post(url, {"password": "a good long password", "again": "another one"})
    chosen = stranger.post(url, {"password": "a good long password", "again": "a good long password"})

    assert (short.status_code, unlike.status_code, chosen.status_code) == (422, 422, 302)
    person = Person.objects.get(email="zofia@example.com")
    assert person.check_password("a good long password")
    assert [team.name for team in person.teams.all()] == ["Shop"]
    assert stranger.get(url).status_code == 410  # it works once


def test_a_newer_password_and_a_leave_end_the_link(desk: Desk, boss: Client) -> None:
    page = boss.post(f"/people/{desk.agent.pk}/link").content.decode()
    boss.post(f"/people/{desk.agent.pk}/leave")

    assert Client().get(link(page)).status_code == 410


@pytest.mark.parametrize(
    "wrong",
    [{"email": "AGENT@example.com"}, {"timezone": "Mars/Base"}, {"name": ""}, {"role": "king"}],
    ids=["an address in use", "no such zone", "no name", "no such role"],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, boss: Client, wrong: dict[str, str]
) -> None:
    before = Person.objects.count()

    assert boss.post("/people/invite", somebody(desk, **wrong)).status_code == 422
    assert Person.objects.count() == before


def test_who_leaves_hands_everything_over_in_the_same_moment(desk: Desk, boss: Client) -> None:
    desk.deliver(letter())
    owner = Owed.objects.get().owner
    other = desk.lead if owner == desk.agent else desk.agent

    answer = boss.post(f"/people/{owner.pk}/leave", {"to": other.pk})

    assert answer.status_code == 302
    assert not Person.objects.get(pk=owner.pk).is_active
    assert Owed.objects.get().owner == other
    assert reports.findings() == []


def test_the_last_administrator_stays(desk: Desk, boss: Client) -> None:
    last = Person.objects.get(role=Role.ADMINISTRATOR)

    answer = boss.post(f"/people/{last.pk}/", somebody(desk, email=last.email, role="agent"))

    assert answer.status_code == 422
    assert Person.objects.get(pk=last.pk).role == Role.ADMINISTRATOR


def test_who_only_reads_from_now_on_owes_nothing_any_more(desk: Desk, boss: Client) -> None:
    desk.deliver(letter())
    owner = Owed.objects.get().owner

    boss.post(f"/people/{owner.pk}/", somebody(desk, email=owner.email, role="reader"))

    assert Person.objects.get(pk=owner.pk).role == Role.READER
    assert Owed.objects.get().owner != owner
    assert reports.findings() == []


def test_a_team_keeps_its_hours_and_shows_them_again(desk: Desk, boss: Client) -> None:
    assert boss.post("/teams/new", TEAM).status_code == 302

    team = Team.objects.get(name="Night")
    assert team.hours == {"mon": [["09:00", "13:00"], ["14:00", "17:00"]], "fri": [["09:00", "17:00"]]}
    assert (team.answer_minutes, team.country) == (240, "PL")
    assert "09:00–13:00, 14:00–17:00" in boss.get(f"/teams/{team.pk}/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"mon": "9-13, 12-15"},
        {"mon": "", "fri": ""},
        {"own_days": "tomorrow"},
        {"timezone": "Warsaw"},
        {"answer_hours": "-1"},
        {"name": "shop"},
    ],
    ids=["overlap", "never open", "no day", "no zone", "no time", "a name in use"],
)
def test_hours_nobody_means_are_refused(desk: Desk, boss: Client, wrong: dict[str, str]) -> None:
    assert boss.post("/teams/new", TEAM | wrong).status_code == 422
    assert not Team.objects.filter(timezone="Warsaw").exists()
    assert Team.objects.count() == 1


def test_one_team_always_answers_for_what_no_other_can(desk: Desk, boss: Client) -> None:
    boss.post("/teams/new", TEAM | {"is_last_resort": "on"})
    assert [team.name for team in Team.objects.filter(is_last_resort=True)] == ["Night"]

    night = Team.objects.get(name="Night")
    assert boss.post(f"/teams/{night.pk}/", TEAM).status_code == 422


def test_the_preview_says_when_a_mail_of_saturday_is_due(desk: Desk, boss: Client) -> None:
    with time_machine.travel(MONDAY, tick=False):
        shown = boss.post("/teams/preview", TEAM).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    assert "on Saturday, 21 November, at 14:00" in shown
    assert "<b>on Monday, 23 November, at 13:00</b>" in shown
    assert "cannot be read" in boss.post("/teams/preview", TEAM | {"mon": "x"}).content.decode()


def test_skills_are_kept_as_names_of_tags_are_compared(desk: Desk, boss: Client) -> None:
    page = boss.post("/people/invite", somebody(desk, skills="Repairs, Zażalenia,, repairs ,"))

    made = Person.objects.get(email="zofia@example.com")
    assert made.skills == ["repairs", key("Zażalenia")], page.content.decode()
    assert 'value="repairs, zazalenia"' in boss.get(f"/people/{made.pk}/").content.decode()
