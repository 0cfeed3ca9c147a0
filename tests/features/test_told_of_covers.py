"""Whoever is left without a cover is told: by whom the cover was taken away, and only of what is new."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from odzew.ledger import leave
from odzew.notices import follow
from odzew.notices.models import Kind, Notice
from odzew.staff import absences
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, open_desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = MONDAY + 7 * DAY


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def firm():
    made = open_desk()
    made.cover, made.other = (
        Person.objects.create_user(f"{name}@example.com", name=name, role=Role.AGENT)
        for name in ("Ola", "Ewa")
    )
    made.team.members.add(made.cover, made.other)
    made.team.lead = made.lead
    made.team.save()
    made.absence = absences.plan(
        made.agent, made.agent, FIRST, FIRST + 2 * DAY, MONDAY, covers=[made.cover, made.other]
    )
    absences.answer(cover(made), MONDAY, yes=True)
    return made


def cover(firm, of=None):
    return firm.absence.covers.get(person=of or firm.cover)


def does(person, path, **form):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    answer = client.post(path, form, follow=True)
    assert answer.status_code == 200
    while follow.step(MONDAY):
        pass
    return answer


def told(person, *, standing=True):
    rows = Notice.objects.visible_to(person).filter(kind=Kind.COVER)
    return [(row.absence, row.by) for row in (rows.standing() if standing else rows)]


def boss():
    return Person.objects.get(role=Role.ADMINISTRATOR)


def says_no(firm):
    does(firm.cover, f"/absences/{firm.absence.pk}/answer", yes="no")


def is_withdrawn(firm):
    does(firm.lead, f"/absences/{firm.absence.pk}/withdraw", cover=cover(firm).pk)


def goes_away_himself(firm):
    day = f"{FIRST + DAY:%Y-%m-%d}"
    plan = {"who": firm.cover.pk, "first": day, "last": day, "first_half": "day", "last_half": "day"}
    does(firm.cover, "/absences/plan", **plan, at_end="return", covers=[firm.other.pk])


def leaves_the_desk(firm):
    does(boss(), f"/people/{firm.cover.pk}/leave")


def may_only_read(firm):
    told = {"email": firm.cover.email, "name": "Ola", "role": "reader", "teams": [firm.team.pk]}
    does(boss(), f"/people/{firm.cover.pk}/", **told, timezone="Europe/Warsaw", language="", capacity=40)


@pytest.mark.parametrize(
    "cover_is_lost", [says_no, is_withdrawn, goes_away_himself, leaves_the_desk, may_only_read]
)
def test_who_will_be_away_is_told_once_that_nobody_stands_in_any_more(firm, cover_is_lost):
    cover_is_lost(firm)

    [(absence, by)] = told(firm.agent)
    assert absence == firm.absence.pk
    assert by not in (None, firm.agent.pk)
    assert told(firm.cover) == told(firm.lead) == []


def test_the_notice_leads_to_the_absence_and_ends_when_somebody_says_yes(firm):
    says_no(firm)
    notice = Notice.objects.get(kind=Kind.COVER)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(firm.agent)
    shown = unescape(client.get("/notices/").content.decode())
    assert "Nobody stands in for you any more when you are away" in shown
    assert client.get(f"/notices/{notice.pk}/").url == f"/absences/#absence-{firm.absence.pk}"

    says_no(firm)  # he has said so already
    does(firm.other, f"/absences/{firm.absence.pk}/answer", yes="yes")

    assert told(firm.agent) == []
    assert len(told(firm.agent, standing=False)) == 1


def test_the_lead_is_told_of_one_who_is_away_already(firm):
    with time_machine.travel(FIRST, tick=False):
        leave.begin(firm.absence, FIRST)
        does(firm.cover, "/absences/out", who=firm.cover.pk)

        assert told(firm.agent) == []
        assert told(firm.lead) == [(firm.absence.pk, firm.cover.pk)]
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(firm.lead)
        said = f"{firm.agent} is away, and nobody stands in any more"
        assert said in unescape(client.get("/notices/").content.decode())


def test_nobody_is_told_of_what_he_does_himself_or_of_what_was_never_covered(firm):
    does(firm.agent, f"/absences/{firm.absence.pk}/withdraw", cover=cover(firm).pk)
    does(firm.other, f"/absences/{firm.absence.pk}/answer", yes="no")

    assert told(firm.agent, standing=False) == []
