"""The audit finds whatever journal and table cannot explain, and nothing else."""

from dataclasses import replace

import pytest

from odzew.domain import audit, balance, journal
from odzew.domain.audit import Finding
from odzew.domain.obligation import Kind, State
from tests.domain.examples import DAY, HOUR, NINE, debt, entry, opened, paid, waived

CHANGED = dict(
    kind=Kind.PROMISE,
    customer=4,
    conversation=6,
    owner=8,
    team=3,
    opened_at=NINE + HOUR,
    due_at=NINE + DAY,
    state=State.WAIVED,
    text="other words",
    chasers=1,
    moves=1,
    reopenings=1,
    closed_at=NINE,
    settled_by=41,
    broken=True,
    alarm_at=NINE + DAY,
    escalated=1,
    escalated_to=9,
    instead_of=9,
    failures=1,
)


def test_a_replay_that_obeys_the_laws_finds_nothing():
    lines = [opened(), entry(journal.Joined, by="customer:3"), entry(journal.Paid)]

    books, found = audit.replay_all(lines)

    assert found == []
    assert books == journal.replay(lines)


def test_a_line_against_the_laws_is_a_finding_and_the_rest_is_replayed():
    lines = [opened(), entry(journal.Paid), entry(journal.Paid), opened(obligation=2)]

    books, found = audit.replay_all(lines)

    assert [(f.law, f.where) for f in found] == [(2, "obligation 1")]
    assert sorted(books) == [1, 2]


def test_a_table_like_the_journal_is_no_finding():
    assert list(audit.compare({1: debt(), 2: paid(id=2)}, {1: debt(), 2: paid(id=2)})) == []


@pytest.mark.parametrize(("name", "value"), CHANGED.items())
def test_a_table_that_differs_in_one_field_is_a_finding_that_names_it(name, value):
    [found] = audit.compare({1: debt()}, {1: replace(debt(), **{name: value})})

    assert (found.law, found.where) == (2, "obligation 1")
    assert f"{name}: " in found.what


def test_the_page_changes_every_field_but_the_number():
    assert set(CHANGED) == set(debt().__dataclass_fields__) - {"id"}


def test_a_debt_only_one_of_them_knows_is_a_finding():
    assert [f.where for f in audit.compare({1: debt()}, {2: debt(id=2)})] == ["obligation 1", "obligation 2"]


def test_an_open_debt_of_somebody_who_is_not_there_is_a_finding():
    books = [debt(), debt(id=2, owner=8), paid(id=3, owner=8), waived(id=4, owner=8)]

    assert [f.where for f in audit.unattended(books, frozenset({7}))] == ["obligation 2"]
    assert list(audit.unattended(books, frozenset({7, 8}))) == []


def test_findings_are_values_that_programs_can_read():
    [found] = audit.compare({1: debt()}, {})

    assert found == Finding(2, "The journal opens it, the table does not know it.", "obligation 1")


def test_a_balance_counts_by_state_and_differs_by_what_is_missing():
    books = [debt(), debt(id=2), paid(id=3), waived(id=4)]

    assert balance.of(4, books) == balance.Balance(opened=4, paid=1, waived=1, open=2)
    assert balance.of(4, books).difference == 0
    assert balance.of(5, books).difference == 1
    assert balance.of(3, books).difference == -1
