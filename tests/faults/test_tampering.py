"""T29: somebody changes the journal behind the triggers; the audit names the line, each time."""

import random

import pytest

from odzew.ledger import chain, reports
from odzew.ledger.models import Entry
from tests.faults.size import size
from tests.features.test_ledger import (  # noqa: F401  fixtures
    add,
    behind_the_triggers,
    delete,
    firm,
    flip,
    history,
    swap,
    undone,
)

pytestmark = pytest.mark.django_db
WAYS = [flip, delete, swap, add]


def tampers(times: int) -> list[int]:
    """Change the journal in so many ways, and return the seeds of those the audit does not name."""
    missed = []
    for seed in range(times):
        with undone():
            with behind_the_triggers():
                touched = WAYS[seed % 4](list(Entry.objects.order_by("seq")), random.Random(seed))
            found = {finding.where for finding in reports.findings()}
        named = {place if place == "head" else f"entry {place}" for place in touched}
        if not found & named:
            missed.append(seed)
    return missed


@pytest.mark.faults
def test_a_thousand_changes_of_the_journal_are_named(history):  # noqa: F811  the fixture
    times = size("CHANGES", 1000)

    missed = tampers(times)

    print(f"\nT29 {times} changes of a journal of {len(history)} lines: {len(missed)} not named")
    assert missed == []


def test_changes_find_an_audit_that_trusts_the_lines(history, monkeypatch):  # noqa: F811  the fixture
    monkeypatch.setattr(chain, "_holds", lambda _row, _before: True)

    missed = tampers(40)

    print(f"\nT29 control, an audit that trusts the lines: {len(missed)} of 40 not named")
    assert missed
