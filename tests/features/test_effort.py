"""What a matter has cost the customer: counted from the journal, with waits that overlap counted once."""

from datetime import datetime, timedelta

import pytest

from odzew.conversations import effort
from odzew.conversations.effort import measure
from odzew.domain.entries import Entry, HandedOver, Joined, Opened, Paid, Reopened
from odzew.domain.obligation import Kind
from odzew.ledger import story
from tests.domain.examples import HOUR, NINE
from tests.features.factory import firm, receive

H = HOUR


def opened(debt: int, since: datetime) -> Opened:
    return Opened(
        obligation=debt, at=since, by="desk", what=Kind.ANSWER, customer=1, conversation=1, owner=1, team=1,
        since=since, due=since + 8 * H,
    )  # fmt: skip


def paid(debt: int, at: datetime) -> Paid:
    return Paid(obligation=debt, at=at, by="person:1")


CASES: list[tuple[str, list[Entry], list[tuple[int, int]]]] = [
    ("nothing", [], []),
    ("one that is still open", [opened(1, NINE)], [(0, 10)]),
    ("one that is paid", [opened(1, NINE), paid(1, NINE + 2 * H)], [(0, 2)]),
    (
        "two at once",
        [opened(1, NINE), opened(2, NINE + H), paid(1, NINE + 2 * H), paid(2, NINE + 3 * H)],
        [(0, 3)],
    ),
    (
        "one after another",
        [opened(1, NINE), paid(1, NINE + H), opened(2, NINE + 4 * H), paid(2, NINE + 5 * H)],
        [(0, 1), (4, 5)],
    ),
    (
        "one that was paid and bounced",
        [
            opened(1, NINE), paid(1, NINE + H), Reopened(obligation=1, at=NINE + 3 * H, by="desk"),
            paid(1, NINE + 4 * H),
        ],
        [(0, 1), (3, 4)],
    ),
    ("one paid the moment it began", [opened(1, NINE), paid(1, NINE)], []),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "hours"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_customer_waits_while_anything_is_owed(lines: list[Entry], hours: list[tuple[int, int]]) -> None:
    waits = measure(lines, 0, 0, NINE + 10 * H).waits

    assert waits == tuple((NINE + a * H, NINE + b * H) for a, b in hours)


def test_repeats_transfers_and_setbacks_are_counted() -> None:
    at = NINE + timedelta(minutes=1)
    lines = [
        opened(1, NINE),
        Joined(obligation=1, at=at, by="customer:1"),
        Joined(obligation=1, at=at, by="customer:1"),
        HandedOver(obligation=1, at=at, by="person:1", owner=2, team=1),
        paid(1, at),
        Reopened(obligation=1, at=at, by="desk"),
    ]

    effort = measure(lines, 3, 2, at)

    assert (effort.contacts, effort.people, effort.repeats, effort.transfers, effort.setbacks) == (
        3,
        2,
        2,
        1,
        1,
    )


@pytest.mark.django_db
def test_who_only_thanks_did_not_ask_again() -> None:
    firm()
    talk = receive().conversation
    for n, text in enumerate(["Dziękuję bardzo!", "Thanks, but where is it?", "Спасибо."]):
        receive(text, into=talk, at=NINE + (n + 1) * HOUR)

    found = effort.of(talk, story.of_conversation(talk.pk), NINE + 5 * HOUR).effort

    assert (found.contacts, found.repeats) == (2, 1)
