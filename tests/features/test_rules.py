"""Rules tag what comes in and say whose it is; none of them keeps a message out or lets a debt vanish."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import tagging, timeline
from odzew.conversations.models import Conversation, Message
from odzew.conversations.rule import Rule, Ruled
from odzew.conversations.tag import Tag, Tagged
from odzew.desk.rules.rehearsal import rehearse
from odzew.intake import ruling
from odzew.ledger.models import Owed
from odzew.staff import absences
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role, Team
from tests.features.factory import findings
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.test_no_scans import watched, whole_tables

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)
FORM = {"name": "Refunds", "when": "new", "is_on": "on", "words": "refund\nmoney back", "tags": "Returns"}


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk) -> Client:
    client = Client()
    client.force_login(administrator())
    return client


@pytest.fixture
def office(desk: Desk) -> Team:
    made = Team.objects.create(name="Office", answer_minutes=60)
    clerk = Person.objects.create_user("clerk@example.com", "a long password", name="Iga", role=Role.AGENT)
    clerk.teams.add(made)
    return made


def administrator() -> Person:
    return Person.objects.get(role=Role.ADMINISTRATOR)


def tag(name: str) -> Tag:
    return tagging.usable(name, administrator(), MONDAY)


def rule(name: str = "Refunds", **said: Any) -> Rule:
    told = {"changed_by": administrator(), "changed_at": MONDAY, "place": Rule.objects.count() + 1}
    return Rule.objects.create(name=name, **told | said)


def written(desk: Desk, text: str = "I want a refund.", name: str = "ala", **more: str) -> Conversation:
    message = desk.deliver(letter(text, sender=f"{name}@example.org", **more), sender=f"{name}@example.org")
    assert message
    return message.conversation


def skilled(desk: Desk, name: str, *skills: str, **more: Any) -> Person:
    made = Person.objects.create_user(f"{name}@example.com", "a long password", name=name, **more)
    Person.objects.filter(pk=made.pk).update(skills=list(skills))
    made.teams.add(desk.team)
    return made


def names(talk: Conversation) -> list[str]:
    return sorted(talk.tagged.values_list("tag__name", flat=True))


def debt(talk: Conversation) -> Owed:
    return Owed.objects.get(conversation=talk.pk)


def test_what_a_rule_met_is_tagged_given_away_and_due_as_it_says(desk: Desk, office: Team) -> None:
    does = {"tags": [tag("Returns").pk], "team": office.pk, "minutes": 120, "language": "uk"}
    rule(asked={"words": ["refund"]}, does=does)

    met, other = written(desk, "You refunded nothing."), written(desk, "Where is it?", "eva")

    assert (met.team, met.language, names(met)) == (office, "uk", ["Returns"])
    assert (debt(met).team, debt(met).owner.name) == (office, "Iga")
    assert debt(met).due_at - debt(met).opened_at == timedelta(hours=2)
    assert (other.team, names(other)) == (desk.team, [])
    assert findings() == []


def test_it_is_given_to_a_person_and_while_she_is_away_to_who_stands_in(desk: Desk, office: Team) -> None:
    rule(does={"person": desk.lead.pk})

    first = written(desk)
    at = MONDAY + timedelta(minutes=30)
    absences.plan(desk.lead, desk.lead, at, at + timedelta(days=3), MONDAY)
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        second = written(desk, name="eva")

    assert (debt(first).owner, debt(first).instead_of) == (desk.lead, None)
    assert (debt(second).owner, debt(second).instead_of) == (desk.agent, desk.lead)
    assert findings() == []


def test_the_history_says_which_rule_did_what_and_keeps_it_when_the_rule_is_gone(
    desk: Desk, boss: Client, office: Team
) -> None:
    made = rule(does={"tags": [tag("Returns").pk], "team": office.pk})
    talk = written(desk)
    boss.post(f"/rules/{made.pk}/delete")

    page = boss.get(f"/conversations/{talk.pk}/").content.decode()

    assert "Rule “Refunds”: tag “Returns”, to the team Office" in page
    assert [line["text"] for line in timeline.of_customer(talk.customer) if line["what"] == "ruled"] == [
        "tag: Returns, team: Office"
    ]


def test_what_comes_into_a_matter_is_tagged_and_stays_with_whoever_has_it(desk: Desk, office: Team) -> None:
    rule(when="any", asked={"words": ["refund"]}, does={"tags": [tag("Returns").pk], "team": office.pk})
    first = desk.deliver(letter("Where is my parcel?", message_id="<1@example.org>"))
    again = letter("Then I want a refund!", in_reply_to="<1@example.org>")
    desk.deliver(again)
    desk.deliver(letter("A refund, please.", in_reply_to="<1@example.org>"))

    assert first
    talk = Conversation.objects.get()
    assert (talk.team, names(talk), Ruled.objects.count()) == (desk.team, ["Returns"], 1)
    assert debt(talk).chasers == 2


def test_two_letters_of_one_batch_go_the_same_way(desk: Desk, office: Team) -> None:
    rule(asked={"known": False}, does={"team": office.pk})
    for text, more in (
        ("One", {"message_id": "<1@example.org>"}),
        ("Two", {"in_reply_to": "<1@example.org>"}),
    ):
        desk.hand_in(letter(text, **more))
    desk.hand_in(letter("Another matter"))
    desk.work()

    assert sorted(Owed.objects.values_list("team__name", "chasers")) == [("Office", 1), ("Shop", 0)]
    assert findings() == []


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ({"known": True}, [2]),
        ({"tag": 1}, [2]),
        ({"files": True}, []),
        ({"channel": "email"}, [1, 2]),
        ({"in_hours": False}, [2]),
        ({"senders": ["example.org"], "language": "en"}, [1, 2]),
    ],
    ids=lambda value: str(value),
)
def test_what_is_asked_of_the_desk_is_looked_up_when_it_comes_and_in_the_dry_run(
    desk: Desk, asked: dict[str, Any], met: list[int]
) -> None:
    Team.objects.update(hours={"mon": [["09:00", "12:00"]]}, timezone="UTC")
    if "tag" in asked:
        asked = {"tag": tag("Returns").pk}
    made = rule(asked=asked, does={"language": "uk"})
    first = written(desk, "Where is the parcel that I paid for?")
    tagging.add(first, desk.agent, "Returns", MONDAY)
    desk.clock = MONDAY + timedelta(hours=5)
    second = written(desk, "Where is the other parcel that I paid for?")

    numbers = {first.pk: 1, second.pk: 2}
    assert sorted(numbers[n] for n in Ruled.objects.values_list("conversation", flat=True)) == met
    if "tag" not in asked:  # the tags of today
        tried = rehearse(made, desk.clock, lambda: 0.0)
        assert (sorted(numbers[n] for n in tried.met), tried.looked, tried.since) == (met, 2, None)


def test_what_a_machine_wrote_and_what_nobody_can_read_meets_no_rule(desk: Desk) -> None:
    rule(when="any", does={"tags": [tag("Returns").pk]})

    desk.deliver(b"Auto-Submitted: auto-replied\r\n" + letter("I am away"))

    assert (Message.objects.count(), Ruled.objects.count(), Tagged.objects.count()) == (1, 0, 0)


def archived(desk: Desk) -> dict[str, Any]:
    tagging.archive(tag("Returns"), is_archived=True)
    return {"does": {"tags": [tag_number("Returns")]}}


def tag_number(name: str) -> int:
    found = tagging.named(name)
    assert found
    return found.pk


def gone(desk: Desk) -> dict[str, Any]:
    left = Person.objects.create_user("left@example.com", "x", name="Left", role=Role.AGENT, is_active=False)
    return {"does": {"person": left.pk}}


BROKEN = {
    "an archived tag": (archived, "A tag it names is archived"),
    "a person who left": (gone, "off the desk"),
    "a team that is not": (lambda _desk: {"does": {"team": 99}}, "The team it gives to"),
    "a question nobody knows": (lambda _desk: {"asked": {"moon": 1}}, "KeyError"),
    "a value of no use": (lambda _desk: {"asked": {"senders": 7}}, "TypeError"),
    "no list where one is": (lambda _desk: {"does": {"tags": 7}}, "TypeError"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_stops_no_mail_and_is_switched_off_with_its_reason(
    desk: Desk, boss: Client, name: str
) -> None:
    make, why = BROKEN[name]
    broken = rule("Broken", **make(desk))
    rule("Whole", does={"language": "uk"})

    talk = written(desk)

    broken.refresh_from_db()
    assert (debt(talk).state, talk.language, broken.is_on) == ("open", "uk", False)
    assert why in broken.broken
    assert StaffAct.objects.get(act="rule-broken").number == broken.pk
    page = boss.get("/rules/").content.decode()
    assert "“Broken” was switched off by the desk" in page
    assert why in page
    assert boss.get(f"/rules/{broken.pk}/").status_code == 200
    assert 'count-late">1' in page  # in the rail
    assert findings() == []


def test_words_that_cannot_be_read_keep_no_mail_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_said: str) -> None:
        raise ValueError("a letter nobody thought of")

    rule(asked={"words": ["refund"]}, does={"language": "uk"})
    monkeypatch.setattr(ruling, "read", fail)

    assert debt(written(desk)).state == "open"
    assert Rule.objects.get().is_on


def test_a_tag_that_was_merged_into_another_is_given_as_that_one(desk: Desk) -> None:
    old, new = tag("Refunds"), tag("Returns")
    rule(does={"tags": [old.pk, new.pk]})
    tagging.merge(old, new)

    assert names(written(desk)) == ["Returns"]


def test_a_rule_is_made_by_form_shown_again_and_changed(desk: Desk, boss: Client, office: Team) -> None:
    iga = office.members.get()
    boss.post("/rules/new", FORM | {"team": office.pk, "person": iga.pk, "hours": "1.5", "attached": "yes"})
    made = Rule.objects.get()

    assert made.asked == {"words": ["refund", "money back"], "files": True}
    assert made.does == {"tags": [tag_number("Returns")], "team": office.pk, "person": iga.pk, "minutes": 90}
    page = boss.get(f"/rules/{made.pk}/").content.decode()
    assert "refund\nmoney back" in page
    assert 'value="Returns"' in page
    listed = boss.get("/rules/").content.decode()
    assert "has “refund” or “money back”" in listed
    assert "to the team Office" in listed
    boss.post(f"/rules/{made.pk}/", FORM | {"senders": "@Example.ORG, ola@x.example"})
    made.refresh_from_db()
    assert made.asked["senders"] == ["@example.org", "ola@x.example"]
    assert made.does == {"tags": [tag_number("Returns")]}
    assert [act.act for act in StaffAct.objects.order_by("seq")][-2:] == ["rule-new", "rule"]


@pytest.mark.parametrize(
    "wrong",
    [{"tags": ""}, {"words": "?!"}, {"senders": "ala"}, {"senders": "a b@c.example"}, {"hours": "-1"},
     {"name": ""}, {"tags": "x" * 41}, {"person": 99}, {"words": "\n".join(map(str, range(60)))}],
    ids=str,
)  # fmt: skip
def test_a_rule_nobody_means_is_refused(desk: Desk, boss: Client, wrong: dict[str, object]) -> None:
    assert boss.post("/rules/new", FORM | wrong).status_code == 422
    assert not Rule.objects.exists()


def test_a_person_who_is_not_of_the_team_cannot_get_what_goes_to_the_team(
    desk: Desk, boss: Client, office: Team
) -> None:
    answer = boss.post("/rules/new", FORM | {"team": office.pk, "person": desk.agent.pk})

    assert "Jan Agent is not of that team." in answer.content.decode()


@time_machine.travel(LATER, tick=False)
def test_a_dry_run_shows_what_a_rule_would_do_and_changes_nothing(
    desk: Desk, boss: Client, office: Team
) -> None:
    met, other = written(desk), written(desk, "Where is it?", "eva")
    old = written(desk, "A refund!", "old")
    Message.objects.filter(conversation=old).update(at=MONDAY - timedelta(days=40))

    page = boss.post("/rules/try", FORM | {"team": office.pk}).content.decode()

    assert "It would have met 1 conversation." in page
    assert "2 messages were looked at" in page
    assert f"/conversations/{met.pk}/" in page
    assert f"/conversations/{other.pk}/" not in page
    assert "tag “Returns”" in page
    assert not Rule.objects.exists()
    assert not Tag.objects.exists()


def test_a_dry_run_minds_the_rules_above_and_not_those_below(desk: Desk, office: Team) -> None:
    above = rule("Above", asked={"senders": ["ala@example.org"]}, does={"team": desk.team.pk}, stops=True)
    middle = rule("Middle", asked={"senders": ["eva@example.org"]}, does={"team": desk.team.pk})
    made = rule(does={"team": office.pk})
    for name in ("ala", "eva", "ola"):
        written(desk, name=name)

    assert [met.did for met in rehearse(made, desk.clock, lambda: 0.0).met.values()] == [
        [("team", "Office")],
        [],
    ]
    Rule.objects.filter(pk__in=[above.pk, middle.pk]).update(place=9)
    assert len(rehearse(made, desk.clock, lambda: 0.0).met) == 3


def test_a_dry_run_ends_in_time_and_says_how_far_it_came(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odzew.desk.rules.rehearsal.BATCH", 2)
    for name in ("ala", "eva", "ola"):
        written(desk, name=name)
    seconds = iter([0.0, 9.0])

    tried = rehearse(rule(does={"language": "uk"}), desk.clock, lambda: next(seconds))

    assert (tried.looked, len(tried.met)) == (2, 2)
    assert tried.since == desk.clock - timedelta(minutes=1)
    whole = rehearse(Rule.objects.get(), desk.clock, lambda: 0.0)
    assert (whole.looked, whole.since) == (3, None)


def test_a_dry_run_reads_no_table_to_its_end(desk: Desk) -> None:
    asked = {
        "known": True,
        "files": True,
        "in_hours": True,
        "channel": "email",
        "words": ["x"],
        "tag": tag("T").pk,
    }
    made = rule(asked=asked, does={"language": "uk"})
    written(desk)

    with watched() as statements:
        rehearse(made, desk.clock, lambda: 0.0)

    assert statements
    assert whole_tables(statements) == set()


def test_rules_are_moved_switched_and_taken_away(desk: Desk, boss: Client) -> None:
    first, second = rule("First", does={"language": "uk"}), rule("Second", does={"team": 99}, is_on=False)

    boss.post(f"/rules/{first.pk}/move", {"down": "yes"})
    boss.post(f"/rules/{first.pk}/move", {"down": "yes"})  # it is the last already
    assert [one.name for one in Rule.objects.in_order()] == ["Second", "First"]
    boss.post(f"/rules/{first.pk}/switch", {"on": "no"})
    answer = boss.post(f"/rules/{second.pk}/switch", {"on": "yes"}, follow=True)
    assert "It stays off: The team it gives to is not there any more." in answer.content.decode()
    assert not Rule.objects.filter(is_on=True).exists()
    boss.post(f"/rules/{second.pk}/delete")
    assert Rule.objects.get() == first


def test_a_lead_keeps_the_rules_of_her_team_and_sees_no_others(desk: Desk, office: Team) -> None:
    lead = Client()
    lead.force_login(desk.lead)
    general, foreign = rule("General", does={"language": "pl"}), rule("Foreign", of_team=office)
    mine = FORM | {"of_team": desk.team.pk}

    assert lead.post("/rules/new", FORM).status_code == 422
    assert lead.post("/rules/new", FORM | {"of_team": office.pk}).status_code == 422
    assert lead.post("/rules/new", mine | {"team": office.pk}).status_code == 422
    assert lead.post("/rules/new", mine | {"person": office.members.get().pk}).status_code == 422
    assert lead.post("/rules/new", mine | {"person": desk.agent.pk}).status_code == 302
    made = Rule.objects.get(of_team=desk.team)
    assert (made.does["person"], made.place) == (desk.agent.pk, 3)
    for other in (general, foreign):
        assert lead.post(f"/rules/{other.pk}/delete").status_code == 404
        assert other.name not in lead.get("/rules/").content.decode()


def test_rules_of_the_whole_desk_come_before_those_of_a_team(desk: Desk, office: Team) -> None:
    rule("Ours", does={"tags": [tag("Ours").pk], "team": office.pk, "language": "uk"}, of_team=desk.team)
    rule("Theirs", does={"tags": [tag("Theirs").pk]}, of_team=office)
    rule("General", does={"language": "pl"})

    talk = written(desk)

    assert [(done.name, done.did) for done in talk.ruled.order_by("pk")] == [
        ("General", [["language", "pl"]]),
        ("Ours", [["tag", "Ours"], ["team", "Office"]]),
    ]
    assert len(rehearse(Rule.objects.get(name="Ours"), desk.clock, lambda: 0.0).met) == 1
    theirs = rehearse(Rule.objects.get(name="Theirs"), desk.clock, lambda: 0.0)
    assert (theirs.met, theirs.looked) == ({}, 0)


def test_how_many_questions_a_batch_costs_does_not_grow_with_the_rules(desk: Desk, office: Team) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            written(desk, name=f"ala{Ruled.objects.count()}")
        return len(queries)

    rule(asked={"known": False}, does={"tags": [tag("One").pk], "team": office.pk})
    asked()
    one = asked()
    for number in range(5):
        rule(f"R{number}", asked={"words": ["refund"]}, does={"tags": [tag(f"T{number}").pk]})

    assert asked() == one


def test_what_is_tagged_goes_to_whoever_has_the_skill_though_she_carries_more(desk: Desk) -> None:
    ewa = skilled(desk, "Ewa", "repairs")
    rule(asked={"words": ["broken"]}, does={"tags": [tag("Repairs").pk]})

    first, second = (written(desk, "It is broken.", name) for name in ("ala", "eva"))
    other = written(desk, "Where is it?", "ida")

    assert [debt(talk).owner for talk in (first, second)] == [ewa, ewa]
    assert debt(other).owner != ewa
    assert findings() == []


def test_when_nobody_with_the_skill_is_there_it_goes_by_load(desk: Desk) -> None:
    ewa = skilled(desk, "Ewa", "repairs")
    rule(asked={"words": ["broken"]}, does={"tags": [tag("Repairs").pk]})
    absences.plan(ewa, administrator(), MONDAY, MONDAY + timedelta(days=2), MONDAY)

    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        met = written(desk, "It is broken.", "eva")

    assert names(met) == ["Repairs"]
    assert debt(met).owner != ewa


def test_a_merged_tag_still_finds_the_skill_by_its_older_name(desk: Desk) -> None:
    ewa = skilled(desk, "Ewa", "naprawa")
    old, new = tag("Naprawa"), tag("Repairs")
    tagging.merge(old, new)
    rule(asked={"words": ["broken"]}, does={"tags": [new.pk]})
    met = [written(desk, "It is broken.", name) for name in ("ala", "eva")]

    assert {debt(talk).owner for talk in met} == {ewa}
