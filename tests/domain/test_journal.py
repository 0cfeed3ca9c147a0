"""Every kind of entry, in every state a debt can be in."""

from dataclasses import replace

import pytest

from odzew.domain import journal
from odzew.domain.journal import HandedOver, Joined, Moved, Opened, Paid, Postponed, Reopened, Waived
from odzew.domain.obligation import Kind, Refused, State
from tests.domain.examples import DAY, HOUR, NINE, debt, entry, opened, paid, waived

PROMISED = dict(kind=Kind.PROMISE, due_at=NINE + DAY)
AT_ONE = NINE + 4 * HOUR


def case(name, before, written, **changes):
    """One row of the table: what `written` changes in the debt `before`."""
    return pytest.param(before, written, changes, id=name)


TAKEN = [
    case("an open debt is joined", debt(), entry(Joined), chasers=1),
    case("a debt is joined again", debt(chasers=4), entry(Joined), chasers=5),
    case(
        "an open debt is paid",
        debt(),
        entry(Paid),
        state=State.PAID,
        alarm_at=None,
        closed_at=AT_ONE,
        settled_by=41,
    ),
    case(
        "an open debt is paid at its very due moment",
        debt(due_at=AT_ONE),
        entry(Paid),
        state=State.PAID,
        alarm_at=None,
        closed_at=AT_ONE,
        settled_by=41,
    ),
    case(
        "an open debt is paid too late",
        debt(due_at=NINE),
        entry(Paid),
        state=State.PAID,
        alarm_at=None,
        closed_at=AT_ONE,
        settled_by=41,
        broken=True,
    ),
    case(
        "an open debt is waived", debt(), entry(Waived), state=State.WAIVED, closed_at=AT_ONE, alarm_at=None
    ),
    case(
        "whom we owe lets us off",
        debt(),
        entry(Waived, by="customer:3"),
        state=State.WAIVED,
        closed_at=AT_ONE,
        alarm_at=None,
    ),
    case(
        "an open debt is waived too late",
        debt(due_at=NINE),
        entry(Waived),
        state=State.WAIVED,
        alarm_at=None,
        closed_at=AT_ONE,
        broken=True,
    ),
    case(
        "a paid debt is reopened",
        paid(),
        entry(Reopened, by="desk"),
        state=State.OPEN,
        alarm_at=NINE + 8 * HOUR,
        closed_at=None,
        settled_by=None,
        reopenings=1,
    ),
    case(
        "a waived debt is reopened",
        waived(),
        entry(Reopened),
        state=State.OPEN,
        alarm_at=NINE + 8 * HOUR,
        closed_at=None,
        reopenings=1,
    ),
    case(
        "a debt that was paid too late stays broken when reopened",
        paid(broken=True, reopenings=1),
        entry(Reopened),
        state=State.OPEN,
        alarm_at=NINE + 8 * HOUR,
        closed_at=None,
        settled_by=None,
        reopenings=2,
    ),
    case("an open debt is handed over", debt(), entry(HandedOver), owner=8, team=4),
    case("an open debt is owed in another conversation", debt(), entry(Moved), conversation=6),
    case("a paid debt goes along", paid(), entry(Moved), conversation=6),
    case("a waived debt goes along", waived(), entry(Moved), conversation=6),
    case(
        "a promise gets a new date",
        debt(**PROMISED),
        entry(Postponed),
        due_at=NINE + 2 * DAY,
        alarm_at=NINE + 2 * DAY,
        moves=1,
    ),
    case(
        "a promise gets a new date after the old one has passed",
        debt(**{**PROMISED, "due_at": NINE}),
        entry(Postponed),
        due_at=NINE + 2 * DAY,
        alarm_at=NINE + 2 * DAY,
        moves=1,
        broken=True,
    ),
    case(
        "a broken promise stays broken",
        debt(**PROMISED, broken=True, moves=2),
        entry(Postponed),
        due_at=NINE + 2 * DAY,
        alarm_at=NINE + 2 * DAY,
        moves=3,
    ),
]


@pytest.mark.parametrize(("before", "written", "changes"), TAKEN)
def test_an_entry_changes_what_it_says_and_nothing_else(before, written, changes):
    assert journal.apply(before, written) == replace(before, **changes)


ONLY_OPEN = "only an open debt can"
REFUSED = [
    case("nothing is joined", None, entry(Joined), says="ever opened"),
    case("nothing is paid", None, entry(Paid), says="ever opened"),
    case("nothing is waived", None, entry(Waived), says="ever opened"),
    case("nothing is reopened", None, entry(Reopened), says="ever opened"),
    case("nothing is handed over", None, entry(HandedOver), says="ever opened"),
    case("nothing is owed elsewhere", None, entry(Moved), says="ever opened"),
    case("it is owed where it is already", debt(conversation=6), entry(Moved), says="already"),
    case("nothing is postponed", None, entry(Postponed), says="ever opened"),
    case("an open debt is opened", debt(), opened(), says="opened already"),
    case("a paid debt is opened", paid(), opened(), says="opened already"),
    case("a waived debt is opened", waived(), opened(), says="opened already"),
    case("an open debt is reopened", debt(), entry(Reopened), says="nothing to reopen"),
    case("a paid debt is joined", paid(), entry(Joined), says=ONLY_OPEN),
    case("a paid debt is paid", paid(), entry(Paid), says=ONLY_OPEN),
    case("a paid debt is waived", paid(), entry(Waived), says=ONLY_OPEN),
    case("a paid debt is handed over", paid(), entry(HandedOver), says=ONLY_OPEN),
    case("a kept promise gets a new date", paid(**PROMISED), entry(Postponed), says=ONLY_OPEN),
    case("a waived debt is joined", waived(), entry(Joined), says=ONLY_OPEN),
    case("a waived debt is paid", waived(), entry(Paid), says=ONLY_OPEN),
    case("a waived debt is waived", waived(), entry(Waived), says=ONLY_OPEN),
    case("a waived debt is handed over", waived(), entry(HandedOver), says=ONLY_OPEN),
    case("a waived promise gets a new date", waived(**PROMISED), entry(Postponed), says=ONLY_OPEN),
    case("an answer gets a new date", debt(), entry(Postponed), says="Only a promise"),
    case("a call gets a new date", debt(kind=Kind.CALLBACK), entry(Postponed), says="Only a promise"),
    case("the desk waives", debt(), entry(Waived, by="desk"), says="a name and a reason"),
    case("another customer waives", debt(), entry(Waived, by="customer:4"), says="a name and a reason"),
    case("nobody in particular waives", debt(), entry(Waived, by="person:"), says="a name and a reason"),
    case("a person unknown waives", debt(), entry(Waived, by="person:None"), says="a name and a reason"),
    case("a waiver gives no reason", debt(), entry(Waived, reason=""), says="a name and a reason"),
    case("a waiver gives a blank reason", debt(), entry(Waived, reason=" \n"), says="a name and a reason"),
    case("the desk pays", debt(), entry(Paid, by="desk"), says="Only a person"),
    case("the customer pays", debt(), entry(Paid, by="customer:3"), says="Only a person"),
    case("a person unknown pays", debt(), entry(Paid, by="person:None"), says="Only a person"),
    case("an entry of no kind", debt(), entry(journal.Entry), says="know no entry"),
    case("a debt of the day after tomorrow", None, opened(since=NINE + 2 * DAY), says="in the future"),
]


@pytest.mark.parametrize(("before", "written", "told"), REFUSED)
def test_the_books_refuse_and_say_why(before, written, told):
    with pytest.raises(Refused, match=told["says"]):
        journal.apply(before, written)


def test_the_tables_of_this_page_ask_every_kind_in_every_state():
    kinds = [Opened, Joined, Paid, Waived, Reopened, HandedOver, Moved, Postponed]
    asked = {(type(row.values[1]), row.values[0].state if row.values[0] else None) for row in TAKEN + REFUSED}

    # Opening what is not there is the next test.
    assert {(kind, state) for kind in kinds for state in (None, *State)} - asked == set()


def test_a_debt_opens_with_what_the_entry_says():
    assert journal.apply(None, opened(text="the colour", since=NINE - DAY)) == debt(
        text="the colour", opened_at=NINE - DAY
    )


def test_a_debt_may_begin_a_little_after_its_line_when_two_clocks_differ():
    assert journal.apply(None, opened(since=NINE + HOUR)).opened_at == NINE + HOUR


def test_a_part_is_as_old_as_the_whole_also_when_the_clock_was_set_back_since():
    part = opened(obligation=2, parent=1, at=NINE - 400 * DAY)

    assert journal.apply(None, part).opened_at == NINE


def test_a_replay_adds_up_each_debt_by_itself():
    lines = [
        opened(),
        opened(obligation=2),
        entry(Joined, obligation=2),
        entry(Paid),
        entry(Waived, obligation=2),
    ]

    books = journal.replay(lines)

    assert (books[1].state, books[1].chasers) == (State.PAID, 0)
    assert (books[2].state, books[2].chasers) == (State.WAIVED, 1)


def test_a_bounce_leaves_the_first_moment_and_the_due_one():
    books = journal.replay([opened(), entry(Paid), entry(Reopened, by="desk", at=NINE + 9 * DAY)])

    assert (books[1].opened_at, books[1].due_at) == (NINE, NINE + 8 * HOUR)
    assert books[1].is_late(NINE + 9 * DAY)


def test_a_debt_is_late_after_its_due_moment_and_only_while_open():
    due = NINE + 8 * HOUR

    assert not debt().is_late(due)
    assert debt().is_late(due + HOUR)
    assert not paid().is_late(due + HOUR)
    assert not waived().is_late(due + HOUR)
