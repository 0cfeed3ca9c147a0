"""The laws of the books hold whatever happens, in whatever order.

The model beside the journal is as simple as can be: a first moment for each debt, and three tallies.
"""

from collections import Counter
from dataclasses import replace
from functools import singledispatchmethod

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from odzew.domain import audit, balance, closing, journal, opening, ranking
from odzew.domain.obligation import Kind, State
from tests.domain.books_machine import Desk, open_ones
from tests.domain.paper import NEW, Paper


class BooksOnPaper(Desk):
    """Compares the journal with the tallies after each step."""

    def __init__(self):
        super().__init__()
        self.first = {}
        self.asked = {}  # the number of the last message when the customer last asked, by debt
        self.opened, self.paid, self.waived, self.reopened = Counter(), Counter(), Counter(), Counter()
        self.came_back = set()
        self.read = 0
        self.pressed = {}

    def do(self, act, *told):
        before = dict(self.paper.books), list(self.paper.entries)
        refused = super().do(act, *told)
        if act == "bounced":
            self.came_back.add(told[0])
        if refused:
            assert (self.paper.books, self.paper.entries) == before, "what is refused leaves nothing"
        if act == "receive" and told[3:]:
            assert self.paper.entries == before[1], "a machine's message opens and joins nothing"
        self._tally(act)
        return refused

    def _tally(self, act):
        for entry in self.paper.entries[self.read :]:
            if entry.by.startswith("customer:"):
                self.asked[entry.obligation] = entry.message
            self._of(entry, act)
        self.read = len(self.paper.entries)
        self.pressed = {debt.id: ranking.press_at(debt) for debt in self.paper.books.values()}

    @singledispatchmethod
    def _of(self, entry, act):
        assert act in ("postpone", "hand_over")

    @_of.register
    def _opened(self, entry: journal.Opened, act):
        self.opened[entry.obligation] += 1
        self.first[entry.obligation] = entry.since
        assert entry.since <= self.now or entry.parent, "no debt begins in the future"
        assert entry.parent is None or entry.since == self.first[entry.parent], (
            "a part is as old as the whole"
        )

    @_of.register
    def _joined(self, entry: journal.Joined, act):
        debt = entry.obligation
        assert ranking.press_at(self.paper.books[debt]) <= self.pressed[debt]
        assert debt not in self.paper.under_way(), "its answer was written without these words"

    @_of.register
    def _paid(self, entry: journal.Paid, act):
        assert act == "accepted", "only an accepted answer pays"
        assert entry.obligation in self.paper.letters[entry.message].pays
        self.paid[entry.obligation] += 1

    @_of.register
    def _waived(self, entry: journal.Waived, act):
        assert entry.reason.strip()
        self.waived[entry.obligation] += 1

    @_of.register
    def _reopened(self, entry: journal.Reopened, act):
        assert act in ("bounced", "not_yet")
        self.reopened[entry.obligation] += 1
        if act == "not_yet":
            self.asked[entry.obligation] = self.paper.messages

    @invariant()
    def a_replay_of_the_journal_finds_nothing(self):
        books, found = audit.replay_all(self.paper.entries)

        assert found == []
        assert list(audit.compare(books, self.paper.books)) == []

    @invariant()
    def opened_is_paid_and_waived_and_open(self):
        for what in ("kind", "owner", "customer"):
            groups = {}
            for debt in self.paper.books.values():
                groups.setdefault(getattr(debt, what), []).append(debt)
            for debts in groups.values():
                opened = sum(self.opened[debt.id] for debt in debts)
                assert balance.of(opened, debts).difference == 0

    @invariant()
    def each_debt_is_settled_once_more_than_reopened_or_open(self):
        for debt in self.paper.books.values():
            settled = self.paid[debt.id] + self.waived[debt.id]
            assert self.opened[debt.id] == 1
            assert settled - self.reopened[debt.id] == (debt.state is not State.OPEN)

    @invariant()
    def the_first_moment_never_changes(self):
        assert {debt.id: debt.opened_at for debt in self.paper.books.values()} == self.first

    @invariant()
    def nothing_is_closed_while_owed(self):
        assert not {debt.conversation for debt in open_ones(self.paper)} & self.paper.closed

    @invariant()
    def nothing_is_paid_by_a_letter_older_than_the_question(self):
        for debt in self.paper.books.values():
            assert debt.state is not State.PAID or debt.settled_by > self.asked.get(debt.id, 0)

    @invariant()
    def what_came_back_pays_nothing(self):
        assert not {debt.settled_by for debt in self.paper.books.values()} & self.came_back


@pytest.mark.parametrize("examples", [60, pytest.param(10_000, marks=pytest.mark.faults)])
def test_the_laws_hold_whatever_happens(examples):
    run_state_machine_as_test(BooksOnPaper, settings=settings(max_examples=examples))


def changed(kind, **change):
    """An `apply` that changes more than the entry of this kind says."""
    rule = journal.apply

    def apply(debt, entry):
        after = rule(debt, entry)
        return (
            replace(after, **{k: v(entry) for k, v in change.items()}) if isinstance(entry, kind) else after
        )

    return apply


def judge_all(judge=opening.judge, **told):
    return judge(**{**told, "under_way": ()})


def closing_but_promises(debts):
    return [debt for debt in debts if debt.state is State.OPEN and debt.kind is not Kind.PROMISE]


def reopen_only(desk, debt, author, now):
    desk.post(journal.Reopened(obligation=debt, at=now, by=f"person:{author}", reason="not yet"))
    desk.closed.discard(desk.books[debt].conversation)


def one_by_one(desk, *entries):
    for entry in entries:
        number = entry.obligation or len(desk.entries) + 1
        desk.entries.append(replace(entry, obligation=number))
        desk.books[number] = journal.apply(desk.books.get(number), desk.entries[-1])


BROKEN = {
    "a chaser makes the debt young": (journal, "apply", changed(journal.Joined, opened_at=lambda e: e.at)),
    "a bounce makes the debt young": (journal, "apply", changed(journal.Reopened, opened_at=lambda e: e.at)),
    "a debt is paid twice": (journal, "_must_be_open", lambda debt, what: None),
    "a chaser joins what is being answered": (opening, "judge", judge_all),
    "a promise does not stand against closing": (closing, "still_owed", closing_but_promises),
    "a chaser lowers the rank": (ranking, "press_at", lambda d: d.due_at + d.chasers * ranking.A_CHASER),
    "a bounce is not heard": (Paper, "bounced", lambda desk, letter, now: None),
    "what is refused leaves a line": (Paper, "post", one_by_one),
    "a machine's message opens a debt": (
        opening,
        "judge",
        lambda judge=opening.judge, **told: judge(**{**told, "automatic": ""}),
    ),
}


@pytest.mark.parametrize(("place", "name", "rule"), BROKEN.values(), ids=BROKEN)
def test_the_machine_notices_a_desk_that_breaks_a_law(place, name, rule, monkeypatch):
    monkeypatch.setattr(place, name, rule)
    first = settings(
        max_examples=500, derandomize=True, database=None, phases=[Phase.generate], report_multiple_bugs=False
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(BooksOnPaper, settings=first)


def test_the_machine_notices_an_old_letter_that_pays_for_a_not_yet(monkeypatch):
    """Random steps seldom come to a second letter under way while the first has paid."""
    monkeypatch.setattr(Paper, "not_yet", reopen_only)
    desk = BooksOnPaper()
    desk.do("receive", NEW, desk.now, desk.now)
    desk.do("reply", 1, 1, [1], [], desk.now)
    desk.do("reply", 1, 2, [1], [], desk.now)
    desk.do("accepted", 2, desk.now)
    desk.do("not_yet", 1, 1, desk.now)
    desk.nothing_is_paid_by_a_letter_older_than_the_question()

    desk.do("accepted", 3, desk.now)

    with pytest.raises(AssertionError):
        desk.nothing_is_paid_by_a_letter_older_than_the_question()
