"""A conversation is given to another team, and all that is owed in it goes along."""

import pytest
import time_machine
from django.test import Client

from odzew.conversations import actions, asking, following, giving, parting, uniting
from odzew.conversations.models import Conversation
from odzew.domain.obligation import Refused
from odzew.ledger.models import Entry, Owed
from odzew.staff.absence import Absence
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role, Team
from tests.domain.examples import HOUR, NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
AT = NINE + HOUR


@pytest.fixture(autouse=True)
def ten():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def money(firm):
    """Another team, of Iga and Ewa, who is of the first one too; Iga owes less."""
    team = Team.objects.create(name="Money", answer_minutes=60)
    factory.person("iga", team=team)
    firm.people[2].teams.add(team)
    return team


@pytest.fixture
def talk(firm, money):
    """A conversation with an answer that Jan owes and a promise of Ewa's."""
    talk = factory.receive().conversation
    actions.hand_over(talk, firm.jan, [factory.debt().pk], firm.jan, "Mine.", NINE)
    actions.promise(talk, firm.people[2], "the invoice", NINE + 30 * HOUR, NINE)
    return Conversation.objects.get(pk=talk.pk)


def owed():
    return [(debt.kind, debt.owner.name, debt.team.name) for debt in Owed.objects.order_by("pk")]


def test_what_is_owed_goes_along_with_its_hours_and_who_is_of_both_teams_keeps_hers(firm, money, talk):
    before = list(Owed.objects.order_by("pk").values_list("opened_at", "due_at", "press_at"))

    giving.give(talk, firm.jan, money, " It is about money. ", AT)

    assert owed() == [("answer", "iga", "Money"), ("promise", "ewa", "Money")]
    assert list(Owed.objects.order_by("pk").values_list("opened_at", "due_at", "press_at")) == before
    told = Entry.objects.filter(kind="handed_over", at=AT).values_list("by", "reason")
    assert set(told) == {(f"person:{firm.jan.pk}", "It is about money.")}


def test_what_was_merged_into_it_or_asked_beside_it_goes_along(firm, money, talk):
    other = factory.receive("And where is the other one?", at=NINE + HOUR / 2).conversation
    asking.ask(other, firm.jan, "help@carrier.example", "Parcel", "Where is it?", AT)
    root = uniting.unite(talk, [other], firm.jan, AT)

    giving.give(root, firm.jan, money, "Money.", AT)

    assert set(Conversation.objects.values_list("team__name", flat=True)) == {"Money"}
    assert factory.receive("Hello?", into=root, at=AT + HOUR).conversation.team == money


def test_whoever_gave_it_sees_it_no_more_and_the_history_says_to_whom_and_why(firm, money, talk):
    jan, ewa = Client(), Client()
    jan.force_login(firm.jan)
    ewa.force_login(firm.people[2])
    following.follow(talk, firm.people[2], firm.people[2].pk, NINE)

    answer = jan.post(f"/conversations/{talk.pk}/give", {"team": money.pk, "reason": "Money."}, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "The team Money has it now." in answer.content.decode()
    assert jan.get(f"/conversations/{talk.pk}/").status_code == 404
    page = ewa.get(f"/conversations/{talk.pk}/").content.decode()
    assert "Given to the team Money" in page and "<q>Money.</q>" in page
    logged = StaffAct.objects.get(act="conversation-give")
    assert (logged.thing, logged.number, logged.facts["team"]) == ("conversation", talk.pk, money.pk)


def test_it_is_given_to_one_person_of_another_team_who_then_owes_all_of_it(firm, money, talk, client):
    lea = factory.person("lea", team=money)  # carries as little as Iga
    client.force_login(firm.jan)
    page = client.get(f"/conversations/{talk.pk}/").content.decode()

    form = {"team": f"{money.pk}-{lea.pk}", "reason": "She knows."}
    answer = client.post(f"/conversations/{talk.pk}/give", form, follow=True)

    assert f'<option value="{money.pk}-{lea.pk}">lea</option>' in page
    assert "lea of the team Money owes it now." in answer.content.decode()
    assert owed() == [("answer", "lea", "Money"), ("promise", "lea", "Money")]
    assert Conversation.objects.get(pk=talk.pk).team == money
    facts = StaffAct.objects.get(act="conversation-give").facts
    assert (facts["team"], facts["to"]) == (money.pk, lea.pk)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        pytest.param("ola", "ola is not of the team Money.", id="who is of the old team only"),
        pytest.param("old", "old is not there to answer.", id="who is off the desk"),
        pytest.param("sees", "sees is not there to answer.", id="who may only read"),
        pytest.param("away", "away is away. Choose who is there.", id="who is away"),
    ],
)
def test_nobody_is_named_who_could_not_answer(firm, money, talk, client, who, said):
    factory.person("old", team=money, is_active=False)
    factory.person("sees", team=money, role=Role.READER)
    Absence.objects.create(
        person=factory.person("away", team=money), created_by=firm.jan, created_at=NINE,
        begins_at=NINE, ends_at=NINE + 72 * HOUR, next_at=NINE + 72 * HOUR, state=Absence.State.BEGUN,
    )  # fmt: skip
    client.force_login(firm.jan)
    to = Person.objects.get(name=who)

    answer = client.post(
        f"/conversations/{talk.pk}/give", {"team": f"{money.pk}-{to.pk}", "reason": "Money."}
    )

    assert answer.status_code == 409 and said in answer.content.decode()
    assert f'value="{money.pk}-{to.pk}"' not in answer.content.decode()
    assert Conversation.objects.get(pk=talk.pk).team == firm.team


def test_a_person_is_named_only_where_something_is_owed(firm, money):
    talk = factory.receive().conversation
    actions.waive(talk, firm.jan, factory.debt().pk, "A joke.", NINE + HOUR)

    with pytest.raises(Refused, match="give it to the team"):
        giving.give(talk, firm.jan, money, "Money.", AT, to=Person.objects.get(name="iga"))


@pytest.mark.parametrize(
    ("team", "reason", "said"),
    [
        ("Money", "  ", "Say why, so that the next person knows."),
        ("shop", "Money.", "It belongs to the team shop already."),
        ("", "Money.", "Choose the team."),
    ],
)
def test_it_is_refused_without_a_reason_or_another_team(firm, money, talk, client, team, reason, said):
    client.force_login(firm.jan)
    number = Team.objects.filter(name=team).values_list("pk", flat=True).first() or ""

    answer = client.post(f"/conversations/{talk.pk}/give", {"team": number, "reason": reason})

    assert answer.status_code == 409 and said in answer.content.decode()
    assert Conversation.objects.get(pk=talk.pk).team == firm.team


def test_several_are_given_at_once(firm, money, talk, client):
    factory.receive("Where is my bill?", sender="eva@example.org")
    client.force_login(firm.jan)
    rows = list(Owed.objects.values_list("pk", flat=True))
    shown = client.get("/chosen/", {"chosen": rows}).content.decode()

    client.post("/chosen/give", {"chosen": rows, "team": money.pk, "reason": "Money."})

    assert "Give to another team" in shown
    assert {team for _kind, _owner, team in owed()} == {"Money"}


def test_several_are_given_to_one_person_at_once(firm, money, talk, client):
    factory.receive("Where is my bill?", sender="eva@example.org")
    client.force_login(firm.jan)
    rows = list(Owed.objects.values_list("pk", flat=True))
    iga = Person.objects.get(name="iga")

    client.post("/chosen/give", {"chosen": rows, "team": f"{money.pk}-{iga.pk}", "reason": "Money."})

    assert {(owner, team) for _kind, owner, team in owed()} == {("iga", "Money")}


def test_a_part_that_was_given_away_does_not_come_back_into_what_it_was_split_off(firm, money, talk):
    more = factory.receive("And my invoice?", into=talk, at=NINE + HOUR / 2)
    part = parting.split(talk, [more.pk], "Invoice", firm.jan, AT)
    giving.give(part, firm.jan, money, "Money.", AT)

    with pytest.raises(Refused, match="two teams"):
        parting.undo(parting.standing(talk.pk)[part.pk], firm.jan, AT)
