"""What pays a debt, and when a conversation may close."""

import pytest

from odzew.domain.closing import still_owed
from odzew.domain.discharge import PAID_BY_WORDS, Reply, check
from odzew.domain.obligation import Kind, Refused
from tests.domain.examples import HOUR, NINE, debt, paid, waived

HERE = [debt(), paid(id=2), waived(id=3), debt(id=4, kind=Kind.PROMISE), debt(id=5, kind=Kind.CALLBACK)]


def reply(*pays, answers=True, by_person=True):
    return Reply(answers=answers, pays=pays, by_person=by_person)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(reply(1), id="an answer"),
        pytest.param(reply(1, 4), id="an answer that keeps a promise too"),
        pytest.param(reply(), id="an answer to nothing that is owed"),
        pytest.param(reply(answers=False), id="an acknowledgement"),
        pytest.param(reply(answers=False, by_person=False), id="a machine's receipt"),
    ],
)
def test_a_reply_may_go(said):
    assert check(said, HERE) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param(reply(1, by_person=False), "person's answer", id="a machine pays"),
        pytest.param(reply(1, answers=False), "acknowledgement", id="an acknowledgement pays"),
        pytest.param(reply(2), "paid already", id="it is paid"),
        pytest.param(reply(3), "waived already", id="it is waived"),
        pytest.param(reply(1, 2), "paid already", id="one of two is paid"),
        pytest.param(reply(9), "not owed in this conversation", id="it is of another conversation"),
        pytest.param(reply(5), "does not pay", id="words for a call"),
    ],
)
def test_a_reply_that_cannot_pay_is_refused(said, why):
    with pytest.raises(Refused, match=why):
        check(said, HERE)


def test_words_pay_what_words_can_give():
    by_deeds = {Kind.CALLBACK, Kind.ACTION, Kind.KNOWLEDGE, Kind.RECOUNT}

    assert set(Kind) - PAID_BY_WORDS == by_deeds


def test_what_is_open_stands_against_closing_the_oldest_first():
    younger, older = debt(id=1), debt(id=7, opened_at=NINE - HOUR, kind=Kind.PROMISE)

    assert still_owed([paid(id=2), younger, waived(id=3), older]) == [older, younger]


def test_nothing_stands_against_closing_what_is_settled():
    assert still_owed([paid(), waived(id=2)]) == []
