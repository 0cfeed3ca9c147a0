"""What each person owes is counted as the books are written, exactly, whatever the clock does."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from odzew.conversations import actions
from odzew.domain.obligation import Refused
from odzew.ledger import books, counters
from odzew.ledger.models import Head, Load, Owed
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import answer, debt, receive, sent

pytestmark = pytest.mark.django_db
LATER = NINE + 2 * DAY


@pytest.fixture
def firm():
    return factory.firm()


def by_counting(now):
    """What is owed, counted row by row."""
    found = {}
    for row in Owed.objects.open():
        n, late = found.get((row.owner_id, row.team_id, row.kind), (0, 0))
        found[row.owner_id, row.team_id, row.kind] = (n + 1, late + (row.due_at < now))
    return found


def by_counters(now):
    found = {}
    for line in counters.at(now):
        n, late = found.get((line.owner, line.team, line.kind), (0, 0))
        found[line.owner, line.team, line.kind] = (n + line.open, late + line.late)
    return {key: figures for key, figures in found.items() if any(figures)}


def agree(*moments):
    for now in moments or (NINE, NINE + 8 * HOUR, LATER):
        assert by_counters(now) == by_counting(now)


def desk_at_work(firm):
    """Let things of every kind happen, and compare after each."""
    first = receive().conversation
    agree()
    second = receive("Hello?", sender="ewa@example.org", at=NINE + HOUR).conversation
    counters.advance(NINE + 9 * HOUR)
    agree()
    actions.promise(first, firm.jan, "a part", NINE + 3 * HOUR, NINE + HOUR)
    agree()
    actions.hand_over(first, firm.jan, [debt_of(first)], firm.ola, "holiday", NINE + 2 * HOUR)
    agree()
    said = answer(second, firm.ola, debt_of(second))
    sent(said)
    agree()
    actions.reopen(second, firm.ola, debt_of(second), "not yet", NINE + 5 * HOUR)
    agree()
    actions.waive(second, firm.ola, debt_of(second), "it was spam", NINE + 6 * HOUR)
    agree()


def debt_of(talk):
    return books.debts_of(talk.pk)[0].id


def test_the_counters_say_at_every_step_what_the_table_holds(firm):
    desk_at_work(firm)

    assert factory.findings() == []
    assert sum(books.loads().values()) == Owed.objects.open().count() == 2


def test_what_is_late_is_exact_before_and_after_it_was_counted(firm):
    for hour in range(5):
        receive(sender=f"c{hour}@example.org", at=NINE + hour * HOUR)
    moments = [NINE + step * timedelta(minutes=30) for step in range(30)]

    agree(*moments)
    assert counters.advance(NINE + 10 * HOUR) == Owed.objects.filter(due_at__lt=NINE + 10 * HOUR).count() == 2
    agree(*moments)
    assert counters.advance(NINE + 10 * HOUR) == 0
    assert factory.findings() == []


def test_a_debt_due_at_this_very_moment_is_not_late(firm):
    due = debt(receive()).due_at

    assert by_counters(due) == by_counting(due)
    counters.advance(due)
    assert [line.late for line in counters.at(due)] == [0]
    assert sum(line.late for line in counters.at(due + timedelta(microseconds=1))) == 1


def test_a_clock_that_was_set_back_counts_what_is_late_by_the_clock(firm):
    receive()
    counters.advance(NINE + 365 * DAY)

    agree(NINE, LATER)
    assert counters.advance(NINE) == 1
    assert sum(line.late for line in counters.at(NINE)) == 0
    assert factory.findings() == []


def test_counting_what_fell_due_writes_nothing_when_nothing_did(firm, django_assert_num_queries):
    receive()
    counters.advance(NINE)

    with django_assert_num_queries(1):
        counters.advance(NINE + HOUR)


def test_what_the_books_refuse_is_not_counted(firm):
    talk = receive().conversation

    with pytest.raises(Refused), transaction.atomic():
        actions.hand_over(talk, firm.jan, [debt_of(talk), 999], firm.ola, "holiday", NINE)

    agree()


WRONG = {
    "one too many": lambda: Load.objects.update(open=2),
    "late that is not": lambda: Load.objects.update(late=1),
    "a counter gone": lambda: Load.objects.all().delete(),
    "a counter of nobody's debt": lambda: Load.objects.create(
        owner_id=Load.objects.get().owner_id,
        team_id=Load.objects.get().team_id,
        kind="promise",
        open=3,
        late=0,
    ),
    "the moment moved without counting": lambda: Head.objects.update(due_until=LATER),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_a_wrong_counter_is_a_finding_of_the_audit_and_counting_again_mends_it(firm, spoil):
    receive()
    spoil()

    [finding] = factory.findings()

    assert finding.law == 10
    assert "odzew audit --recount" in finding.what
    counters.recount(LATER)
    assert factory.findings() == []
    agree()


def test_the_command_counts_again_before_it_looks(firm):
    receive()
    Load.objects.update(open=7)
    said = StringIO()

    with pytest.raises(SystemExit):
        call_command("audit", stdout=said)
    call_command("audit", "--recount", stdout=said)

    assert "The counter says 7 open, 0 late; the table holds 1, 0." in said.getvalue()
    assert said.getvalue().endswith("No finding: the journal and the tables agree.\n")
