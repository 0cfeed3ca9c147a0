"""How pressing a debt is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from odzew.domain.obligation import Kind, State
from odzew.domain.ranking import AT_MOST, Reason, failures, press_at, reasons
from tests.domain.examples import HOUR, NINE, debt, paid

DUE = NINE + 8 * HOUR
COUNTS = st.integers(0, 50)
DEBTS = st.builds(
    debt,
    kind=st.sampled_from(Kind),
    chasers=COUNTS,
    moves=COUNTS,
    reopenings=COUNTS,
    due_at=st.integers(-500, 500).map(lambda hours: NINE + hours * HOUR),
)


@pytest.mark.parametrize(
    ("one", "hours"),
    [
        pytest.param(debt(), 0, id="an answer presses at its due moment"),
        pytest.param(debt(chasers=1), 4, id="a chaser"),
        pytest.param(debt(chasers=3), 12, id="three chasers"),
        pytest.param(debt(chasers=AT_MOST + 1), 4 * AT_MOST, id="more chasers than count"),
        pytest.param(debt(reopenings=1), 8, id="a reopening"),
        pytest.param(debt(kind=Kind.PROMISE), 2, id="a promise"),
        pytest.param(debt(kind=Kind.PROMISE, moves=2), 18, id="a promise moved twice"),
        pytest.param(debt(kind=Kind.CALLBACK), 1, id="a call"),
        pytest.param(debt(failures=1), 4, id="a customer who was failed before"),
        pytest.param(debt(failures=AT_MOST + 3), 4 * AT_MOST, id="one who was failed more often than counts"),
        pytest.param(debt(chasers=1, reopenings=1), 12, id="facts add up"),
    ],
)
def test_each_fact_moves_a_debt_ahead_by_its_hours(one, hours):
    assert press_at(one) == DUE - hours * HOUR


@given(DEBTS)
def test_a_chaser_never_makes_a_debt_less_pressing(one):
    assert press_at(replace(one, chasers=one.chasers + 1)) <= press_at(one)


@given(DEBTS)
def test_a_reopening_never_makes_a_debt_less_pressing(one):
    assert press_at(replace(one, reopenings=one.reopenings + 1)) <= press_at(one)


@given(DEBTS)
def test_nothing_puts_a_debt_behind_its_due_moment(one):
    assert press_at(one) <= one.due_at


@given(DEBTS, st.timedeltas(timedelta(), timedelta(days=900)))
def test_of_two_alike_the_one_due_first_is_the_more_pressing(one, later):
    assert press_at(one) <= press_at(replace(one, due_at=one.due_at + later))


def test_the_reasons_are_the_facts_that_count():
    one = debt(kind=Kind.PROMISE, chasers=2, moves=1, reopenings=3)

    said = reasons(one, DUE + HOUR)

    assert said == [
        Reason("late"),
        Reason("reopened", 3),
        Reason("moved", 1),
        Reason("chased", 2),
        Reason("promised"),
    ]


def test_an_ordinary_debt_needs_no_reason():
    assert reasons(debt(), DUE) == []


def test_what_is_paid_is_not_late():
    assert reasons(paid(), DUE + HOUR) == []
    assert reasons(paid(state=State.OPEN), DUE + HOUR) == [Reason("late")]


@pytest.mark.parametrize(
    ("before", "count"),
    [
        pytest.param([], 0, id="a new customer"),
        pytest.param([paid()], 0, id="kept"),
        pytest.param([paid(broken=True)], 1, id="an answer that came late, a promise that was broken"),
        pytest.param([paid(reopenings=2)], 2, id="twice opened again"),
        pytest.param([paid(broken=True, reopenings=1), debt(id=2, broken=True)], 3, id="they add up"),
        pytest.param([paid(broken=True, opened_at=NINE - timedelta(days=365))], 0, id="a year ago"),
        pytest.param([debt(due_at=NINE - HOUR)], 0, id="late but open: it ranks by itself"),
    ],
)
def test_what_was_done_to_a_customer_is_counted(before, count):
    assert failures(before, NINE) == count
