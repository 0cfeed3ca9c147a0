"""A lead or an administrator says how long an answer may take; what is owed already keeps its hour."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from odzew.conversations import asking
from odzew.ledger.models import Owed
from odzew.staff.answer_time import AnswerTime
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role, Team
from tests.features import webform
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk) -> Client:
    client = Client()
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def lead(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.lead)
    return client


def given(debt: Owed) -> timedelta:
    return debt.due_at - debt.opened_at


def row(**said: object) -> dict[str, object]:
    return {"channel": "", "kind": "", "hours": "1"} | said


def test_a_row_dates_what_comes_from_then_on_and_moves_no_open_debt(desk: Desk, boss: Client) -> None:
    before = desk.deliver(letter())
    assert boss.post("/answer-times/new", row(channel="email")).status_code == 302
    after = desk.deliver(letter(sender="eva@example.org"), sender="eva@example.org")

    assert before and after
    assert given(Owed.objects.get(conversation=before.conversation_id)) == 8 * AN_HOUR
    assert given(Owed.objects.get(conversation=after.conversation_id)) == AN_HOUR


def test_what_comes_by_a_form_has_a_time_of_its_own(desk: Desk, client: Client) -> None:
    AnswerTime.objects.create(channel="webform", minutes=120)
    webform.make(desk)
    with time_machine.travel(MONDAY, tick=False) as clock:
        webform.fill(client, clock)
        desk.work()

    assert given(Owed.objects.get()) == 2 * AN_HOUR


def test_news_of_a_third_party_has_a_time_of_its_own(desk: Desk) -> None:
    AnswerTime.objects.create(team=desk.team, kind="notice", minutes=30)
    first = desk.deliver(letter())
    assert first
    asked = asking.ask(first.conversation, desk.agent, "help@carrier.example", "Parcel", "Where?", MONDAY)
    desk.deliver(
        letter(sender="help@carrier.example", in_reply_to=asked.message_id), sender="help@carrier.example"
    )

    assert {debt.kind: given(debt) for debt in Owed.objects.all()} == {
        "answer": 8 * AN_HOUR,
        "notice": AN_HOUR / 2,
    }


@time_machine.travel(MONDAY, tick=False)
def test_the_table_says_what_holds_by_which_row_and_what_it_means(desk: Desk, boss: Client) -> None:
    nine_to_five = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.update(hours=nine_to_five)
    boss.post("/answer-times/new", row(channel="webform", hours="3"))

    page = " ".join(boss.get("/answer-times/").content.decode().split())

    assert "every team, Web form, everything" in page
    assert page.count("the team&#x27;s own time") == 8
    words = page.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(
        r"<td>[^<]*Saturday, 21 November[^<]*14:00</td><td[^>]*>[^<]*Monday, 23 November[^<]*12:00</td>",
        words,
    )


@time_machine.travel(MONDAY, tick=False)
def test_what_a_row_means_is_shown_before_it_is_kept(desk: Desk, boss: Client) -> None:
    page = boss.post("/answer-times/preview", row(channel="email", hours="0.5")).content.decode()

    assert "By the hours of the team Shop" in page
    assert "14:30" in page  # of a mail at 14:00 on Saturday, around the clock
    assert not AnswerTime.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"channel": ""}, {"hours": "-1"}, {"channel": "telex"}, {"team": 99}], ids=str
)
def test_a_row_that_says_nothing_new_or_nothing_that_can_be_is_refused(
    desk: Desk, boss: Client, wrong: dict[str, object]
) -> None:
    assert boss.post("/answer-times/new", row(channel="email") | wrong).status_code == 422
    assert not AnswerTime.objects.exists()


def test_for_the_same_there_is_one_row_by_form_and_in_the_database(desk: Desk, boss: Client) -> None:
    boss.post("/answer-times/new", row(channel="email"))

    assert boss.post("/answer-times/new", row(channel="email", hours="2")).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerTime.objects.create(channel="email", minutes=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerTime.objects.create(team=desk.team, minutes=5)


def test_a_lead_sets_the_times_of_her_own_team_only(desk: Desk, lead: Client) -> None:
    other = Team.objects.create(name="Other")
    foreign = AnswerTime.objects.create(team=other, kind="answer", minutes=7)
    general = AnswerTime.objects.create(kind="answer", minutes=9)

    assert lead.post("/answer-times/new", row(kind="answer", team=desk.team.pk)).status_code == 302
    assert lead.post("/answer-times/new", row(kind="notice", team=other.pk)).status_code == 422
    assert lead.post("/answer-times/new", row(kind="notice")).status_code == 422
    assert lead.get(f"/answer-times/{general.pk}/").status_code == 404
    assert lead.post(f"/answer-times/{foreign.pk}/delete").status_code == 404
    assert "Other" not in lead.get("/answer-times/").content.decode()
    assert AnswerTime.objects.count() == 3


def test_the_staff_log_says_who_changed_and_took_away_what(desk: Desk, boss: Client) -> None:
    boss.post("/answer-times/new", row(channel="email", team=desk.team.pk))
    number = AnswerTime.objects.get().pk
    boss.post(f"/answer-times/{number}/", row(channel="email", team=desk.team.pk, hours="2"))
    boss.post(f"/answer-times/{number}/delete")

    acts = [(act.act, act.number, act.facts.get("hours")) for act in StaffAct.objects.order_by("seq")]
    assert acts[-3:] == [
        ("answer-time-new", number, 1),
        ("answer-time", number, 2),
        ("answer-time-delete", number, None),
    ]
    assert not AnswerTime.objects.exists()
    assert "email" in boss.get("/staff-log/").content.decode()
