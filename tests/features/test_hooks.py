"""Every door at which a provider calls, at its worst: twice, late, in any order, forged, cut in two."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from odzew.intake import proof
from odzew.ledger import reports
from tests.features import heard, hooks
from tests.features.hooks import DOORS, Call, Door
from tests.features.letters import MONDAY, Desk, open_desk

pytestmark = pytest.mark.django_db
ROUNDS = 5  # in which a provider tells again what was not taken
SEEDS = 40


@pytest.fixture
def desk(settings: Any) -> Desk:
    settings.SITE_URL = hooks.SITE
    return open_desk()


def tell(desk: Desk, calls: Sequence[Call]) -> None:
    """Tell all of it, and again what was not taken, as providers do."""
    for _round in range(ROUNDS):
        calls = [call for call in calls if call.send() >= 400]
    assert calls == []
    desk.work()
    heard.work()


def check(door: Door) -> None:
    """Fail unless it adds up to exactly what happened, and the books can explain themselves."""
    assert hooks.figures() == door.adds_up_to
    assert [*reports.findings(), *proof.findings()] == []
    assert reports.balances()["difference"] == 0


@pytest.mark.parametrize("name", DOORS)
def test_what_comes_backwards_twice_and_an_hour_later_again_is_there_once(desk: Desk, name: str) -> None:
    door = DOORS[name]
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False) as clock:
        calls = door.begin(desk)
        tell(desk, [call for call in reversed(calls) for _twice in range(2)])
        clock.shift(timedelta(hours=1))
        tell(desk, calls)

        check(door)


@pytest.mark.parametrize("name", DOORS)
def test_what_is_forged_or_cut_leaves_nothing(desk: Desk, name: str) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False):
        for call in DOORS[name].begin(desk):
            half = call.body[: len(call.body) // 2]
            # Another's signature; half of it under the signature of all; half of it, signed as it is.
            answers = [call.send(signed=b"forged"), call.send(half, call.body)]
            answers += [call.send(half, half)] if call.type == hooks.JSON else []
            assert all(400 <= answer < 500 for answer in answers)
        desk.work()
        heard.work()

    assert hooks.figures() == {} and reports.findings() == []


@pytest.mark.faults
@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_in_whatever_order_and_how_often_it_comes_it_adds_up_to_the_same(
    desk: Desk, name: str, seed: int
) -> None:
    throw, door = random.Random(seed), DOORS[name]
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False) as clock:
        calls = [call for call in door.begin(desk) for _often in range(throw.randint(1, 4))]
        throw.shuffle(calls)
        tell(desk, calls)
        clock.shift(timedelta(hours=throw.randint(1, 100)))
        tell(desk, throw.sample(calls, len(calls) // 2))

        check(door)
