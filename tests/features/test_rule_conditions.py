"""What rules ask of a message, and what they come to together; no database is asked."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from odzew.conversations.conditions import meets
from odzew.conversations.rule import Rule
from odzew.conversations.rules import Does, Rules, Standing
from odzew.conversations.tag import Tag
from odzew.language.phrases import Text
from odzew.staff.models import Person, Team

RETURNS, COURIER = Tag(pk=1, name="returns"), Tag(pk=2, name="courier")
SHOP, OFFICE = Team(pk=1, name="shop"), Team(pk=2, name="office")
JAN = Person(pk=1, name="Jan")


@dataclass
class Letter:
    """A message as rules see it."""

    is_new: bool = True
    team: int = 1
    address: str = "ala@shop.example.org"
    account: int = 3
    channel: str = "email"
    language: str = "pl"
    subject: Text = field(default_factory=lambda: Text("Reklamacja czajnika", "pl"))
    told: Text = field(default_factory=lambda: Text("Reklamacja czajnika\n\nProszę o fakturę.", "pl"))
    has_files: bool = False
    is_known: bool = True
    tags: frozenset[int] = frozenset({1})
    in_hours: bool = True


def case(name, is_met, **asked):
    return pytest.param(is_met, asked, id=name)


CASES = [
    case("nothing is asked", True),
    case("the address", True, senders=["ala@shop.example.org"]),
    case("another address", False, senders=["ola@shop.example.org"]),
    case("the domain", True, senders=["shop.example.org"]),
    case("the domain, with its sign", True, senders=["@shop.example.org"]),
    case("a domain above it", True, senders=["example.org"]),
    case("a domain that only ends alike", False, senders=["ample.org"]),
    case("any of several", True, senders=["x.example", "example.org"]),
    case("the mailbox", True, accounts=[7, 3]),
    case("another mailbox", False, accounts=[7]),
    case("the channel", True, channel="email"),
    case("another channel", False, channel="webform"),
    case("a word of the subject", True, subject=["zwrot", "reklamacje"]),
    case("a word of the text only", False, subject=["faktura"]),
    case("a word of subject or text", True, words=["faktura"]),
    case("a word that is not there", False, words=["zwrot"]),
    case("a word that must not be there", False, not_words=["faktura"]),
    case("a word that must not be there, and is not", True, not_words=["zwrot"]),
    case("the language", True, language="pl"),
    case("another language", False, language="uk"),
    case("no files", True, files=False),
    case("files", False, files=True),
    case("a known customer", True, known=True),
    case("a new customer", False, known=False),
    case("a tag of the customer", True, tag=1),
    case("a tag the customer has not", False, tag=2),
    case("within working hours", True, in_hours=True),
    case("outside working hours", False, in_hours=False),
    case("all that is asked", False, channel="email", language="uk"),
]


@pytest.mark.parametrize(("is_met", "asked"), CASES)
def test_a_message_meets_a_rule_by_all_that_is_asked(is_met, asked):
    assert meets(asked, Letter()) is is_met


def rules(*rows):
    made = Rules([])
    made.standing = [
        Standing(Rule(pk=number, name=f"rule {number}", **more), asked, does)
        for number, (asked, does, more) in enumerate(rows, 1)
    ]
    return made


def test_tags_add_up_and_the_first_who_gives_it_away_counts():
    found = rules(
        ({}, Does(tags=(RETURNS,), person=JAN), {}),
        ({"channel": "webform"}, Does(team=SHOP), {}),
        ({}, Does(tags=(COURIER, RETURNS), team=OFFICE, within=timedelta(hours=1)), {}),
    )

    verdict = found.verdict(Letter())

    assert verdict.whole == Does(tags=(RETURNS, COURIER), person=JAN, within=timedelta(hours=1))
    assert [(rule.pk, does.named()) for rule, does in verdict.by_rule] == [
        (1, [("tag", "returns"), ("person", "Jan")]),
        (3, [("tag", "courier"), ("minutes", "60")]),
    ]


def test_no_rule_is_tried_below_one_that_stops_if_it_was_met():
    rows = [({"channel": "email"}, Does(tags=(RETURNS,)), {"stops": True}), ({}, Does(tags=(COURIER,)), {})]

    assert rules(*rows).verdict(Letter()).whole.tags == (RETURNS,)
    assert rules(*rows).verdict(Letter(channel="webform")).whole.tags == (COURIER,)


def test_whoever_has_a_matter_keeps_it():
    both = [({}, Does(tags=(RETURNS,)), {}), ({}, Does(team=SHOP, language="uk"), {"when": Rule.When.ANY})]

    assert rules(*both).verdict(Letter()).whole == Does(tags=(RETURNS,), team=SHOP, language="uk")
    assert rules(*both).verdict(Letter(is_new=False)).whole == Does(language="uk")


def test_a_rule_of_a_team_is_tried_on_what_comes_to_it():
    found = rules(
        ({}, Does(tags=(RETURNS,)), {"of_team": SHOP}), ({}, Does(tags=(COURIER,)), {"of_team": OFFICE})
    )

    assert found.verdict(Letter()).whole.tags == (RETURNS,)
    assert found.verdict(Letter(team=2)).whole.tags == (COURIER,)


def test_a_rule_that_fails_is_broken_and_the_others_go_on():
    found = rules(({"moon": "full"}, Does(team=SHOP), {}), ({}, Does(team=OFFICE), {}))

    for _ in range(2):
        assert found.verdict(replace(Letter())).whole.team == OFFICE
    assert list(found.broken) == [1]
    assert "moon" in found.broken[1]
