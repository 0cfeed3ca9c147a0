"""A snooze hides what its owner owes from her own lists, for a while, and moves no debt."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from odzew.conversations import actions, snoozing
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.desk import events
from odzew.desk.snooze.presets import presets
from odzew.desk.today import views
from odzew.domain.obligation import Refused
from odzew.ledger import counters, reports
from odzew.ledger.models import Entry, Owed
from odzew.staff.absence import Absence
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
AT = MONDAY + timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    desk.team.answer_minutes = 3 * 24 * 60
    desk.team.save()
    return desk


@pytest.fixture
def lead(desk: Desk, client: Client) -> Client:
    client.force_login(desk.lead)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    return owed_by(desk, desk.lead, "Ala")


def owed_by(desk: Desk, owner: Person, name: str) -> Conversation:
    address = f"{name.lower()}@example.org"
    message = desk.deliver(
        letter(sender=f"{name} <{address}>", message_id=f"<{name}@example.org>"), sender=address
    )
    assert message
    debt = Owed.objects.get(conversation=message.conversation_id)
    if debt.owner != owner:
        actions.hand_over(message.conversation, owner, [debt.pk], owner, "Hers", MONDAY)
    return message.conversation


def books_of(talk: Conversation) -> list[Any]:
    return list(Owed.objects.filter(conversation=talk.pk).order_by("pk").values())


def shown(client: Client, show: str = "mine", at: datetime = AT) -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(f"/?show={show}")
    assert response.status_code == 200
    return response.content.decode()


def counts(client: Client, at: datetime = AT) -> dict[str, str]:
    with time_machine.travel(at, tick=False):
        tabs = client.get("/").context["tabs"]
    return {tab.url.rpartition("=")[2]: tab.count for tab in tabs if tab.count}


def test_it_leaves_the_lists_of_its_owner_and_moves_no_debt(
    lead: Client, desk: Desk, talk: Conversation
) -> None:
    before, lines = books_of(talk), Entry.objects.count()

    lead.post(f"/conversations/{talk.pk}/snooze", {"until": TUESDAY.isoformat()})

    assert (books_of(talk), Entry.objects.count()) == (before, lines)
    assert "Ala" not in shown(lead)
    assert "Ala" in shown(lead, "snoozed")
    assert "snoozed until tomorrow 10:00" in shown(lead, "snoozed")
    assert "You owe one thing; nothing of it is late. One is snoozed." in shown(lead)
    assert counts(lead)["mine"] == "0"
    assert counts(lead)["snoozed"] == "1"
    assert reports.findings() == []


def test_colleagues_see_it_as_before(desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)
    colleague = Client()
    colleague.force_login(desk.agent)

    assert "Ala" in shown(colleague, "team")
    assert counts(colleague) == {
        "mine": "0",
        "team": "1",
        "late": "0",
        "due": "0",
        "promised": "0",
        "snoozed": "0",
    }


def test_it_wakes_at_its_moment(lead: Client, desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)

    assert "Ala" not in shown(lead, at=TUESDAY - timedelta(seconds=1))
    assert f'data-wakes="{TUESDAY.isoformat()}"' in shown(lead, at=TUESDAY - timedelta(seconds=1))
    assert "Ala" in shown(lead, at=TUESDAY)
    assert counts(lead, TUESDAY) == counts(lead, TUESDAY) | {"mine": "1", "snoozed": "0"}


def test_it_wakes_when_the_customer_writes(lead: Client, desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)

    desk.deliver(letter("Well?", in_reply_to="<Ala@example.org>"))

    assert "Ala" in shown(lead)
    assert counts(lead)["snoozed"] == "0"


def test_a_machine_does_not_wake_it(lead: Client, desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)

    desk.deliver(letter("I am away.", in_reply_to="<Ala@example.org>", auto_submitted="auto-replied"))

    assert "Ala" not in shown(lead)


def test_what_is_late_is_shown_and_says_why(lead: Client, desk: Desk, talk: Conversation) -> None:
    due = Owed.objects.get().due_at
    until = due + timedelta(days=2)
    answer = lead.post(f"/conversations/{talk.pk}/snooze", {"until": until.isoformat()}, follow=True)

    assert "or until it falls due" in answer.content.decode()
    assert "Ala" not in shown(lead, at=due)
    late = shown(lead, at=due + timedelta(minutes=1))
    assert "shown because it is late" in late
    assert "late by" in late
    assert "Ala" in shown(lead, "late", at=due + timedelta(minutes=1))
    assert counts(lead, due + timedelta(minutes=1)) == counts(lead, due + timedelta(minutes=1)) | {
        "mine": "1",
        "late": "1",
        "snoozed": "0",
    }


def test_who_takes_it_over_sees_it_at_once(lead: Client, desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)
    debt = Owed.objects.get()
    actions.hand_over(talk, desk.lead, [debt.pk], desk.agent, "You know it", AT)
    colleague = Client()
    colleague.force_login(desk.agent)
    assert "Ala" in shown(colleague)

    actions.hand_over(talk, desk.lead, [debt.pk], desk.lead, "And back", AT)
    assert "Ala" in shown(lead)


def test_it_is_taken_back_by_hand(lead: Client, desk: Desk, talk: Conversation) -> None:
    snoozing.snooze(talk, desk.lead, TUESDAY, AT)
    assert (
        "You have snoozed it until tomorrow 10:00." in lead.get(f"/conversations/{talk.pk}/").content.decode()
    )

    lead.post(f"/conversations/{talk.pk}/wake")
    page = lead.post(f"/conversations/{talk.pk}/wake", follow=True).content.decode()

    assert "Ala" in shown(lead)
    assert "Snoozed until tomorrow 10:00" in page
    assert [one.what for one in Happening.objects.order_by("pk")] == ["snoozed", "woken"]


def test_the_same_snooze_twice_is_one_and_another_moment_replaces_it(desk: Desk, talk: Conversation) -> None:
    for until in (TUESDAY, TUESDAY, TUESDAY + timedelta(days=1)):
        snoozing.snooze(talk, desk.lead, until, AT)

    [one] = snoozing.asleep(desk.lead, AT)
    assert one.wake_at == TUESDAY + timedelta(days=1)
    assert Happening.objects.count() == 2


def test_open_screens_hear_of_it(desk: Desk, talk: Conversation) -> None:
    before = events.marks()

    snoozing.snooze(talk, desk.lead, TUESDAY, AT)

    assert events.marks() != before


@pytest.mark.parametrize(
    "said", [{}, {"until": "soon"}, {"day": "2026-13-40", "hour": "9"}, {"until": "2026-11-16"}]
)
def test_what_is_no_moment_is_refused(lead: Client, talk: Conversation, said: dict[str, str]) -> None:
    assert lead.post(f"/conversations/{talk.pk}/snooze", said).status_code == 409


def test_a_moment_that_has_passed_and_a_conversation_where_one_owes_nothing_are_refused(
    desk: Desk, talk: Conversation
) -> None:
    with pytest.raises(Refused, match="still to come"):
        snoozing.snooze(talk, desk.lead, AT, AT)
    with pytest.raises(Refused, match="owe nothing"):
        snoozing.snooze(talk, desk.agent, TUESDAY, AT)


def test_an_own_moment_is_that_of_the_person(lead: Client, desk: Desk, talk: Conversation) -> None:
    lead.post(f"/conversations/{talk.pk}/snooze", {"day": "2026-11-18", "hour": "07:30"})

    [one] = snoozing.asleep(desk.lead, AT)
    assert one.wake_at == datetime(2026, 11, 18, 6, 30, tzinfo=UTC)


WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (MONDAY, ["This evening 16 18:00", "Tomorrow morning 17 09:00", "Next week 23 09:00"]),
        (MONDAY + timedelta(hours=9), ["Tomorrow morning 17 09:00", "Next week 23 09:00"]),
        (MONDAY + timedelta(days=4, hours=9), ["Next working morning 23 09:00"]),
        (MONDAY + timedelta(days=6, hours=9), ["Tomorrow morning 23 09:00"]),
    ],
)
def test_the_moments_to_choose_from_follow_the_hours_of_the_team(
    desk: Desk, at: datetime, said: list[str]
) -> None:
    zone = ZoneInfo("Europe/Warsaw")
    desk.team.hours = WEEK
    with timezone.override(zone):
        found = presets(desk.team, at)

    assert [f"{one.words} {one.at.astimezone(zone):%d %H:%M}" for one in found] == said


def test_a_team_around_the_clock_has_a_morning_too(desk: Desk) -> None:
    desk.team.hours = {}

    found = presets(desk.team, MONDAY + timedelta(hours=9))

    assert [one.at.astimezone(ZoneInfo(desk.team.timezone)).hour for one in found] == [9, 9]


def test_due_today_is_what_falls_due_before_midnight_by_its_hour(
    lead: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2026, 11, 16, 23, 0, tzinfo=UTC)  # in Warsaw
    moments = {
        "Before": AT - timedelta(minutes=1),
        "Evening": midnight - timedelta(minutes=1),
        "Noon": AT,
        "Tomorrow": midnight,
    }
    for name, due in moments.items():
        talk = owed_by(desk, desk.agent, name)
        Owed.objects.filter(conversation=talk.pk).update(due_at=due, press_at=due - timedelta(hours=4))
    counters.recount(AT - timedelta(hours=1))
    seen = shown(lead, "due")

    assert seen.index("Noon") < seen.index("Evening")
    assert "Before &lt;" not in seen
    assert "Tomorrow" not in seen
    assert counts(lead) == {
        "mine": "0",
        "team": "4",
        "late": "1",
        "due": "2",
        "promised": "0",
        "snoozed": "0",
    }
    monkeypatch.setattr(views, "PAGE", 1)
    after = lead.get("/?show=due").context["after"]
    assert "Evening" in lead.get(after).content.decode()


def test_what_rests_on_somebody_who_is_not_there_is_shown(lead: Client, desk: Desk) -> None:
    owed_by(desk, desk.agent, "Ala")
    assert "unowned" not in counts(lead)

    Person.objects.filter(pk=desk.agent.pk).update(is_active=False)

    assert "Ala" in shown(lead, "unowned")
    assert counts(lead)["unowned"] == "1"
    Person.objects.filter(pk=desk.agent.pk).update(is_active=True)
    assert "unowned" not in counts(lead)
    Absence.objects.create(
        person=desk.agent,
        created_by=desk.lead,
        begins_at=MONDAY,
        ends_at=TUESDAY,
        next_at=TUESDAY,
        created_at=MONDAY,
        state=Absence.State.BEGUN,
    )
    assert counts(lead)["unowned"] == "1"


def test_every_snoozed_debt_is_on_exactly_one_page(
    lead: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    for n in range(5):
        snoozing.snooze(owed_by(desk, desk.lead, f"C{n}"), desk.lead, TUESDAY + timedelta(hours=n // 2), AT)
    found: list[int] = []
    query = "/?show=snoozed"
    while query:
        context = lead.get(query).context
        found += [debt.id for part in context["parts"] for debt in part.debts]
        query = context["after"]

    assert sorted(found) == sorted(Owed.objects.values_list("pk", flat=True))
    assert len(found) == 5


def test_every_count_is_that_of_its_list(desk: Desk) -> None:
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    for n, owner in enumerate((desk.lead, desk.agent, boss) * 4):
        talk = owed_by(desk, owner, f"C{n}")
        due = AT + timedelta(hours=7 * (n - 3))
        Owed.objects.filter(conversation=talk.pk).update(due_at=due, press_at=due)
        if n % 2:
            snoozing.snooze(talk, owner, AT + timedelta(hours=5 * n), AT)
    counters.recount(AT)
    for person in (desk.lead, desk.agent, boss):
        client = Client()
        client.force_login(person)
        for at in (AT, AT + timedelta(hours=9), AT + timedelta(days=2)):
            for name, count in counts(client, at).items():
                assert (name, shown(client, name, at).count("data-row ")) == (name, int(count))


def test_snoozes_cost_no_query_each(lead: Client, desk: Desk, talk: Conversation) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            lead.get("/")
        return len(captured)

    snoozing.snooze(talk, desk.lead, TUESDAY, AT)
    few = queries()
    for n in range(6):
        snoozing.snooze(owed_by(desk, desk.lead, f"C{n}"), desk.lead, TUESDAY, AT)

    assert queries() == few
