"""A small year by the pure rules: nobody waits unseen, and rules that forget are found to forget."""

import pytest

from bench import year
from bench.desk import Desk
from bench.rules import Broken, Rules

KEPT, ANY_LETTER = Rules(the_absent_keep=True), Rules(any_letter_pays=True)


def small(seed):
    return year.make(seed=seed, people=10, messages=1_500, days=45, crashes=3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_by_our_rules_nobody_waits_unseen_and_nobody_is_forgotten(seed):
    desk = Desk(small(seed), Rules()).play()

    assert (dict(desk.witness.waiting), dict(desk.witness.unseen)) == ({}, {})
    assert desk.bounces > 0 and desk.chasers > 0 and desk.paper.replays == 3


def test_the_year_of_a_seed_is_always_the_same():
    first, second = (Desk(small(1), Rules()).play() for _ in range(2))

    assert first.paper.journal == second.paper.journal


@pytest.mark.parametrize("rules", [KEPT, ANY_LETTER], ids=["the absent keep", "any letter pays"])
def test_the_control_rules_that_forget_break_a_law(rules):
    with pytest.raises(Broken):
        Desk(small(1), rules, strict=True).play()


def test_the_control_rules_that_forget_are_counted():
    kept, any_letter = (Desk(small(1), rules).play() for rules in (KEPT, ANY_LETTER))

    assert kept.witness.unseen and any_letter.witness.waiting


def test_the_control_a_journal_that_lost_a_line_does_not_replay():
    class Lossy(Desk):
        def _on_crash(self, about, at):
            del self.paper.journal[-1:]
            super()._on_crash(about, at)

    with pytest.raises(Broken, match="journal"):
        Lossy(small(1), Rules()).play()
