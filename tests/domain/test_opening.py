"""What a message that comes in does to the books."""

import pytest

from odzew.domain.obligation import Kind
from odzew.domain.opening import Join, Nothing, Open, judge
from tests.domain.examples import DAY, HOUR, NINE, debt, paid, waived

NOW = NINE + DAY


def case(name, verdict, *debts, automatic="", under_way=()):
    return pytest.param(verdict, debts, automatic, under_way, id=name)


CASES = [
    case("the first message", Open(NOW)),
    case("a chaser", Join(1), debt()),
    case("a chaser of two debts joins the older", Join(2), debt(), debt(id=2, opened_at=NINE - HOUR)),
    case("of two as old the one booked first", Join(1), debt(id=2), debt()),
    case("everything is paid", Open(NOW), paid(), paid(id=2)),
    case("everything is waived", Open(NOW), waived()),
    case("only a promise is open", Open(NOW), debt(kind=Kind.PROMISE)),
    case("only a call is open", Open(NOW), debt(kind=Kind.CALLBACK)),
    case("a promise beside an answer", Join(2), debt(kind=Kind.PROMISE), debt(id=2)),
    case("the answer is under way", Open(NOW), debt(), under_way={1}),
    case("one answer is under way, another is owed", Join(2), debt(), debt(id=2), under_way={1}),
    case("a machine with nothing open", Nothing("out-of-office"), automatic="out-of-office"),
    case("a machine while a debt is open", Nothing("bounce"), debt(), automatic="bounce"),
]


@pytest.mark.parametrize(("verdict", "debts", "automatic", "under_way"), CASES)
def test_a_message_opens_joins_or_says_why_not(verdict, debts, automatic, under_way):
    said = judge(automatic=automatic, received_at=NOW, debts=debts, under_way=under_way)

    assert said == verdict
