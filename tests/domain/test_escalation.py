"""How far a debt that fell due is carried."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from odzew.domain import journal
from odzew.domain.escalation import Step, reached
from odzew.domain.obligation import Kind, Refused
from tests.domain.examples import DAY, HOUR, NINE, debt, entry, opened, paid

DUE = NINE + 8 * HOUR
USUAL = {Step.LEAD: HOUR, Step.MANAGER: 4 * HOUR}


def later(moment, length):
    return moment + length


@pytest.mark.parametrize(
    ("taken", "alarm", "now", "after", "step", "next_at"),
    [
        pytest.param(0, DUE, DUE, USUAL, Step.OWNER, DUE + HOUR, id="at its due moment the owner"),
        pytest.param(1, DUE + HOUR, DUE + HOUR, USUAL, Step.LEAD, DUE + 5 * HOUR, id="then the lead"),
        pytest.param(2, DUE + 5 * HOUR, DUE + 5 * HOUR, USUAL, Step.MANAGER, None, id="then the manager"),
        pytest.param(0, DUE, DUE + 2 * HOUR, USUAL, Step.LEAD, DUE + 5 * HOUR, id="down for two hours"),
        pytest.param(
            0, DUE, DUE + 3 * DAY, USUAL, Step.MANAGER, None, id="down for days: one step, the last"
        ),
        pytest.param(
            0, DUE, DUE, {Step.MANAGER: HOUR}, Step.OWNER, DUE + HOUR, id="no lead: next the manager"
        ),
        pytest.param(1, DUE, DUE, {Step.MANAGER: HOUR}, Step.MANAGER, None, id="no lead: the manager"),
        pytest.param(0, DUE, DUE, {}, Step.OWNER, None, id="nobody but the owner"),
        pytest.param(2, DUE, DUE, {}, Step.MANAGER, None, id="a step that was left out since ends it"),
        pytest.param(
            0, DUE, DUE + 9 * DAY, {Step.LEAD: timedelta()}, Step.OWNER, None, id="nothing is no step"
        ),
    ],
)
def test_the_furthest_step_whose_moment_has_come(taken, alarm, now, after, step, next_at):
    assert reached(taken, alarm, now, after, later) == (step, next_at)


LENGTHS = st.integers(0, 50).map(lambda n: n * HOUR)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), LENGTHS, LENGTHS)
def test_each_step_is_taken_once_whenever_somebody_looks(hours, lead, manager):
    after, taken, alarm, now, steps = {Step.LEAD: lead, Step.MANAGER: manager}, 0, DUE, DUE, []
    for hour in hours:
        now += hour * HOUR
        while alarm is not None and alarm <= now:
            taken, alarm = reached(taken, alarm, now, after, later)
            steps.append(taken)

    assert steps == sorted(set(steps))
    assert alarm is None or alarm > now


def escalated(**told):
    return entry(journal.Escalated, **{"step": 1, "to": 9, "next_at": DUE + HOUR, "by": "desk", **told})


def test_a_debt_has_its_alarm_at_its_due_moment():
    assert journal.apply(None, opened()).alarm_at == DUE


def test_a_step_moves_the_alarm_on_and_changes_no_owner():
    after = journal.apply(debt(alarm_at=DUE), escalated())

    assert (after.escalated, after.escalated_to, after.alarm_at, after.owner) == (1, 9, DUE + HOUR, 7)


@pytest.mark.parametrize("step", [1, 2])
def test_a_step_is_not_taken_twice(step):
    with pytest.raises(Refused, match="once"):
        journal.apply(debt(escalated=2), escalated(step=step))


def test_nothing_is_escalated_that_is_not_owed():
    with pytest.raises(Refused):
        journal.apply(paid(), escalated())


def test_what_is_settled_has_no_alarm():
    assert journal.apply(debt(alarm_at=DUE), entry(journal.Paid)).alarm_at is None


def test_what_is_owed_again_is_escalated_from_the_first_step_and_from_now_on():
    again = journal.apply(paid(escalated=3, escalated_to=9), entry(journal.Reopened, at=DUE + 3 * DAY))

    assert (again.alarm_at, again.escalated, again.escalated_to) == (DUE + 3 * DAY, 0, None)


def test_a_promise_with_a_new_date_is_escalated_from_its_first_step():
    promised = debt(kind=Kind.PROMISE, escalated=2, escalated_to=9)

    moved = journal.apply(promised, entry(journal.Postponed))

    assert (moved.alarm_at, moved.escalated, moved.escalated_to) == (NINE + 2 * DAY, 0, None)


def test_a_debt_handed_over_remembers_whose_it_is_by_right():
    covered = journal.apply(debt(), entry(journal.HandedOver, instead_of=7))
    kept = journal.apply(covered, entry(journal.HandedOver, owner=5))

    assert (covered.owner, covered.instead_of) == (8, 7)
    assert (kept.owner, kept.instead_of) == (5, None)
