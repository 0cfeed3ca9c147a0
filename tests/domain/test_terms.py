"""Of the answer times a firm has set, the most specific one holds."""

from datetime import timedelta

import pytest

from odzew.domain.terms import Term, most_specific

SHOP, OFFICE = 1, 2
ROWS = {
    "forms": Term(timedelta(minutes=1), channel="webform"),
    "notices": Term(timedelta(minutes=2), kind="notice"),
    "notices by mail": Term(timedelta(minutes=3), channel="email", kind="notice"),
    "answers of the shop": Term(timedelta(minutes=4), team=SHOP, kind="answer"),
    "forms of the shop": Term(timedelta(minutes=5), team=SHOP, channel="webform"),
    "answers to forms of the shop": Term(timedelta(minutes=6), team=SHOP, channel="webform", kind="answer"),
}


def case(name, holds, team, channel, kind, *rows):
    return pytest.param(holds, team, channel, kind, rows or tuple(ROWS), id=name)


CASES = [
    case("all that is named is met", "answers to forms of the shop", SHOP, "webform", "answer"),
    case("the channel counts more than the kind", "forms of the shop", SHOP, "webform", "answer",
         "answers of the shop", "forms of the shop"),
    case("the team counts more than the channel", "answers of the shop", SHOP, "webform", "answer",
         "forms", "answers of the shop"),
    case("the team counts more than channel and kind", "forms of the shop", SHOP, "webform", "notice",
         "forms of the shop", "notices"),
    case("channel and kind count more than the kind", "notices by mail", OFFICE, "email", "notice"),
    case("a row of another team says nothing here", "forms", OFFICE, "webform", "answer"),
    case("no row speaks of it", None, OFFICE, "email", "answer"),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "team", "channel", "kind", "rows"), CASES)
def test_the_most_specific_term_holds_in_whatever_order_they_stand(holds, team, channel, kind, rows):
    terms = [ROWS[name] for name in rows]

    for order in (terms, terms[::-1]):
        assert most_specific(order, team=team, channel=channel, kind=kind) == ROWS.get(holds)
