"""F7: he is on leave and nobody knows who stands in. Here six enquiries move to who said yes, and return."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.test_clock import Clock
from tests.servers.exim import Exim
from tests.servers.mailboxes import Mailboxes
from tests.servers.process import wait_until
from tests.stories.shop import Agent, Shop, shop as running_shop

WARSAW = ZoneInfo("Europe/Warsaw")
A_DAY = timedelta(days=1)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def shop(exim: Exim, mailboxes: Mailboxes, clock: Clock) -> Iterator[Shop]:
    """A desk whose clock this story moves; the books are audited when it ends."""
    with running_shop(exim, mailboxes, **clock.environment) as running:
        yield running


def test_the_adviser_on_leave(shop: Shop, clock: Clock) -> None:
    now = datetime.now(WARSAW)
    tomorrow = (now + A_DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    customers = [shop.customer() for _ in range(6)]
    for number, customer in enumerate(customers):
        customer.writes(f"What about loan {number}?", f"Loan {number}")
    talks = [shop.agent.talk_about(f"Loan {number}") for number in range(6)]
    basia = shop.hire("Basia")
    with closing(basia.web):
        plan_a_day(shop, basia, tomorrow)
        assert "nobody has accepted to stand in" in shop.agent.page("/absences/")
        say_yes(basia)
        assert "nobody has accepted" not in shop.agent.page("/absences/")
        assert owners(shop, talks) == {shop.agent.address}

        clock.set(seconds(tomorrow - now) + 30)
        wait_for_owners(shop, talks, {basia.address})
        assert "instead of Administrator, who is away" in basia.page("/")
        assert "stands in for Administrator" in basia.page(talks[0])

        newcomer = shop.customer()
        newcomer.writes("Do you lend to bakers?", "Bakery 7")
        bakery = basia.talk_about("Bakery 7")
        assert owners(shop, [bakery]) == {basia.address}
        assert basia.answers(talks[0], "It is granted.").status_code == 302
        customers[0].has("It is granted.")
        shop.wait_for_debts(talks[0], lambda debts: debts == [], "the loan is answered")

        clock.set(seconds(tomorrow + A_DAY - now) + 30)
        wait_for_owners(shop, talks[1:], {shop.agent.address})
        assert owners(shop, [bakery]) == {basia.address}
        assert "Its owner is back." in shop.agent.page(talks[1])


def plan_a_day(shop: Shop, cover: Agent, day: datetime) -> None:
    page = shop.agent.page("/absences/")
    [number] = re.findall(r'name="covers" value="(\d+)"[^>]*>\s*<span>Basia', page)
    [who] = re.findall(r'<option value="(\d+)" selected>Administrator', page)[:1]
    answer = shop.agent.send(
        "/absences/plan",
        who=who, first=f"{day:%Y-%m-%d}", first_half="day", last=f"{day:%Y-%m-%d}", last_half="day",
        covers=number, at_end="return", reason="A wedding",
    )  # fmt: skip
    assert answer.status_code == 302, answer.text


def say_yes(person: Agent) -> None:
    page = person.page("/absences/")
    assert "You are asked to stand in" in page
    assert "A wedding" not in page
    [path] = re.findall(r'action="(/absences/\d+/answer)"', page)
    assert person.send(path, yes="yes").status_code == 302


def owners(shop: Shop, talks: list[str]) -> set[str]:
    return {debt["owner"] for talk in talks for debt in shop.owed(talk)}


def wait_for_owners(shop: Shop, talks: list[str], wanted: set[str]) -> None:
    wait_until(lambda: owners(shop, talks) == wanted, what=f"all to rest on {wanted}", seconds=60)


def seconds(length: timedelta) -> int:
    return int(length.total_seconds())
