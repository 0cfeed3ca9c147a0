"""The page of absences: plan, ask, accept, see what is not covered, and who carries how much."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from odzew.ledger import alarms, leave
from odzew.ledger.models import Owed
from odzew.staff import absences
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, letter, open_desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = MONDAY + 2 * DAY


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as travel:
        yield travel


@pytest.fixture
def firm():
    made = open_desk()
    made.other = Person.objects.create_user("ola@example.com", "x", name="Ola Third", role=Role.AGENT)
    made.other.teams.add(made.team)
    return made


def web(person):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page(person, path="/absences/"):
    return unescape(web(person).get(path).content.decode())


def form(firm, **told):
    day = f"{FIRST:%Y-%m-%d}"
    usual = dict(who=firm.agent.pk, first=day, first_half="day", last=day, last_half="day", at_end="return")
    return {**usual, **told}


def planned(firm, *covers, **told):
    return absences.plan(
        firm.agent, firm.agent, FIRST, FIRST + DAY, MONDAY, covers=covers, reason="A secret reason", **told
    )


def test_whoever_plans_asks_and_whoever_is_asked_is_told_and_says_yes(firm):
    made = web(firm.agent).post("/absences/plan", form(firm, covers=[firm.other.pk]))
    absence = Absence.objects.get()
    before = page(firm.other)

    web(firm.other).post(f"/absences/{absence.pk}/answer", {"yes": "yes"})

    assert made.status_code == 302
    assert "You are asked to stand in" in before
    assert "asked, no answer yet" in before
    after = page(firm.agent)
    assert "stands in" in after
    assert "nobody stands in" not in after


def test_half_days_are_told_by_the_hour(firm):
    web(firm.agent).post("/absences/plan", form(firm, last_half="noon"))

    assert "00:00 – 12:00" in page(firm.agent)


def test_what_has_no_cover_is_in_plain_sight_of_the_lead(firm):
    planned(firm, firm.other)

    shown = page(firm.lead)

    assert "Somebody will be away and nobody stands in" in shown
    assert "nobody has accepted to stand in" in shown


def test_a_refusal_keeps_what_was_written(firm):
    planned(firm)

    answer = web(firm.agent).post("/absences/plan", form(firm, reason="Seaside"))

    assert answer.status_code == 409
    assert "away in that time already" in answer.content.decode()
    assert 'value="Seaside"' in answer.content.decode()


def test_a_date_that_is_none_is_refused_in_words(firm):
    answer = web(firm.agent).post("/absences/plan", form(firm, last="soon"))

    assert answer.status_code == 409
    assert Absence.objects.count() == 0


def test_the_reason_is_for_the_person_and_the_leads_only(firm):
    planned(firm)

    assert "A secret reason" in page(firm.agent)
    assert "A secret reason" in page(firm.lead)
    assert "A secret reason" not in page(firm.other)


def test_a_colleague_changes_nothing_of_it(firm):
    absence = planned(firm, firm.lead)
    before = list(Absence.objects.values()), list(Cover.objects.values())

    for what in ("call-off", "back", "end", "ask", "answer", "withdraw"):
        data = {"who": firm.other.pk, "last": "2031-01-01", "yes": "yes", "cover": absence.covers.get().pk}
        answer = web(firm.other).post(f"/absences/{absence.pk}/{what}", data, follow=True)
        assert "toast-error" in answer.content.decode(), what

    assert (list(Absence.objects.values()), list(Cover.objects.values())) == before


def test_a_colleague_cannot_plan_for_another_nor_call_him_ill(firm):
    planning = web(firm.other).post("/absences/plan", form(firm))
    calling = web(firm.other).post("/absences/out", {"who": firm.agent.pk})

    assert (planning.status_code, calling.status_code) == (409, 403)
    assert not Absence.objects.exists()


def test_a_lead_plans_for_others_asks_anew_and_calls_off(firm):
    web(firm.lead).post("/absences/plan", form(firm))
    absence = Absence.objects.get()
    number = absence.pk

    for what, data in [
        ("ask", {"who": firm.other.pk}),
        ("withdraw", {"cover": 0}),
        ("end", {"last": f"{FIRST + DAY:%Y-%m-%d}"}),
        ("call-off", {}),
    ]:
        web(firm.lead).post(f"/absences/{number}/{what}", data)

    absence.refresh_from_db()
    assert absence.covers.get().person == firm.other
    assert absence.ends_at > FIRST + DAY
    assert absence.state == "cancelled"


def test_out_today_by_the_lead_and_back_by_the_person(firm):
    firm.deliver(letter())
    owner = Owed.objects.get().owner
    web(firm.lead).post("/absences/out", {"who": owner.pk})
    absence = Absence.objects.get()
    during = Owed.objects.get().owner

    web(owner).post(f"/absences/{absence.pk}/back")

    assert during != owner
    assert Owed.objects.get().owner == owner


def test_today_and_the_conversation_say_for_whom_and_to_whom(firm, monday):
    message = firm.deliver(letter())
    debt = Owed.objects.get()
    web(firm.lead).post("/absences/out", {"who": debt.owner.pk})
    due = debt.due_at + timedelta(hours=3)
    firm.team.lead = firm.lead
    firm.team.save()
    alarms.step(due)

    monday.move_to(due)
    today, talk = page(firm.lead, "/"), page(firm.lead, f"/conversations/{message.conversation_id}/")

    assert f"instead of {debt.owner}, who is away" in today
    assert "escalated to" in today
    assert f"stands in for {debt.owner}" in talk
    assert "Its owner is away." in talk
    assert "Escalated to" in talk


def test_leads_see_what_each_carries_and_agents_do_not(firm):
    firm.deliver(letter())
    Person.objects.filter(pk=Owed.objects.get().owner_id).update(capacity=1)

    assert "100 % of 1" in page(firm.lead)
    assert "What each carries" not in page(firm.agent)
    assert "What you carry" in page(firm.agent)


def test_a_reader_sees_the_calendar_and_has_nothing_to_press(firm):
    planned(firm, firm.other)
    reader = Person.objects.create_user("r@example.com", "x", name="R", role=Role.READER)
    reader.teams.add(firm.team)

    shown = page(reader)

    assert str(firm.agent) in shown
    assert "Plan an absence" not in shown.replace("Plan an absence below", "")
    assert "/call-off" not in shown


def test_the_rail_counts_what_is_asked_of_one(firm):
    planned(firm, firm.other)

    assert "asked of you" in page(firm.other, "/")
    assert "asked of you" not in page(firm.lead, "/")


def test_an_absence_that_would_empty_the_desk_stays_due_and_says_so(firm, monday):
    planned(firm)
    Person.objects.exclude(pk=firm.agent.pk).update(is_active=False)
    monday.move_to(FIRST)

    assert leave.step(FIRST) == 0
    assert "cannot begin" in page(firm.agent)


def test_what_was_escalated_stands_under_a_tab_of_whoever_was_told(firm):
    firm.deliver(letter())
    debt = Owed.objects.get()
    manager = Person.objects.get(role=Role.ADMINISTRATOR)
    before = page(manager, "/")

    alarms.step(debt.due_at + 3 * DAY)

    assert "Escalated to you" not in before
    assert "Escalated to you" in page(manager, "/")
    assert f"debt-{debt.pk}" in page(manager, "/?show=escalated")
    assert "Escalated to you" not in page(firm.other, "/")


def settings(team, **told):
    usual = dict(standing_cover="", manager="", lead_after_minutes=60, manager_after_minutes=240)
    return {f"team{team.pk}-{name}": value for name, value in {**usual, **told}.items()}


def test_a_lead_sets_when_who_is_told_and_who_takes_what_nobody_covers(firm):
    told = settings(firm.team, lead_after_minutes=0, standing_cover=firm.other.pk, tells_who_has_it="on")

    web(firm.lead).post(f"/absences/team/{firm.team.pk}", told)

    firm.team.refresh_from_db()
    assert (firm.team.lead_after_minutes, firm.team.standing_cover) == (0, firm.other)
    assert firm.team.tells_who_has_it
    assert not firm.team.takes_from_silent


def test_an_agent_sets_nothing_and_nonsense_is_refused(firm):
    path = f"/absences/team/{firm.team.pk}"

    by_agent = web(firm.agent).post(path, settings(firm.team, lead_after_minutes=5), follow=True)
    nonsense = web(firm.lead).post(path, settings(firm.team, lead_after_minutes="soon"), follow=True)

    firm.team.refresh_from_db()
    assert firm.team.lead_after_minutes == 60
    assert "toast-error" in by_agent.content.decode()
    assert "toast-error" in nonsense.content.decode()
