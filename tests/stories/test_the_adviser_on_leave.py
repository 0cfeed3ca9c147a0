"""F3, F4, F7: six enquiries, an adviser on leave, and nobody knows who stands in. Here it is who said yes."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.servers.clock import Clock
from tests.servers.process import wait_until
from tests.stories.shop import Agent, Customer, Shop
from tests.stories.window import Screen, Window, in_languages, link

pytestmark = pytest.mark.browser
A_DAY = timedelta(days=1)
MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


@dataclass(frozen=True)
class Said:
    """What is said in one language."""

    asks: str
    more: str
    answers: str
    reason: str


SAID = {
    "pl": Said(
        "Czy udzielają Państwo kredytu piekarni?", "I jeszcze: na jak długo?", "Tak, udzielamy.", "Ślub"
    ),
    "uk": Said("Чи надаєте ви кредит пекарні?", "І ще одне: на який строк?", "Так, надаємо.", "Весілля"),
    "ru": Said("Выдаёте ли вы кредит пекарне?", "И ещё одно: на какой срок?", "Да, выдаём.", "Свадьба"),
}


@dataclass
class Matter:
    """An adviser, who stands in, and two customers: one is answered meanwhile, one waits."""

    language: str
    said: Said
    adviser: Agent
    cover: Agent
    customers: list[Customer]
    talks: list[str] = field(default_factory=list)

    def subject(self, number: int) -> str:
        return f"Loan of {self.adviser.name}, {number}"


@in_languages("pl")
def test_the_adviser_on_leave(moved: Shop, clock: Clock, screen: Screen, languages: tuple[str, ...]) -> None:
    people = moved.hire(*(("Adviser", "Cover") * len(languages)))
    matters = [
        Matter(one, SAID[one], *people[2 * n : 2 * n + 2], [moved.customer(), moved.customer()])
        for n, one in enumerate(languages)
    ]
    customers_are_told_who_has_it(moved)
    day = clock.now().replace(**MIDNIGHT) + A_DAY
    for matter in matters:
        two_customers_ask(moved, matter)
        with screen.of(matter.adviser, matter.language) as window:
            leave_is_planned(window, matter, day)
        with screen.of(matter.cover, matter.language) as window:
            the_cover_says_yes(window, matter)
        with screen.of(matter.adviser, matter.language) as window:
            no_gap_is_left(window)
    assert owners(moved, matters) == [[one.adviser.address] * 2 for one in matters]

    clock.on(day)
    wait_for_owners(moved, matters, [[one.cover.address] * 2 for one in matters])
    for matter in matters:
        with screen.phone(matter.language) as window:
            she_is_told_who_has_it(window, matter)
        with screen.of(matter.cover, matter.language) as window:
            the_cover_answers_one(moved, window, matter)
        it_goes_on_with_the_cover(moved, matter)

    clock.on(day + A_DAY)
    wait_for_owners(moved, matters, [[one.adviser.address] * 2 for one in matters])
    for matter in matters:
        with screen.of(matter.adviser, matter.language) as window:
            what_is_unpaid_has_returned(window, matter)


def customers_are_told_who_has_it(shop: Shop) -> None:
    [number] = re.findall(r'action="/absences/team/(\d+)"', shop.agent.page("/absences/"))
    given = {"lead_after_minutes": 60, "manager_after_minutes": 240, "tells_who_has_it": "on"}
    kept = shop.agent.send(f"/absences/team/{number}", **{f"team{number}-{k}": v for k, v in given.items()})
    assert kept.status_code == 302


def two_customers_ask(shop: Shop, matter: Matter) -> None:
    for number, customer in enumerate(matter.customers):
        customer.writes(f"{matter.said.asks} {number}", matter.subject(number))
    for number in range(2):
        talk = shop.agent.talk_about(matter.subject(number))
        [debt] = shop.open(talk)
        if debt["owner"] != matter.adviser.address:
            whom = re.search(rf'<option value="(\d+)">{matter.adviser.name}<', shop.agent.page(talk))
            assert whom
            given = {"debt": debt["id"], "to": whom[1], "reason": "Her adviser"}
            assert shop.agent.send(f"{talk}hand-over", **given).status_code == 302
        matter.talks.append(talk)


def leave_is_planned(window: Window, matter: Matter, day: datetime) -> None:
    page = window.goes("/absences/")
    for name in ("first", "last"):
        page.locator(f"[name={name}]").first.fill(f"{day:%Y-%m-%d}")
    page.get_by_label(matter.cover.name, exact=True).check()
    page.locator("[name=reason]").fill(matter.said.reason)
    window.presses("Write it down and ask")
    window.sees(window.word("Somebody will be away and nobody stands in"))


def the_cover_says_yes(window: Window, matter: Matter) -> None:
    page = window.goes("/absences/")
    window.sees(window.word("You are asked to stand in"), matter.adviser.name)
    expect(page.locator("body")).not_to_contain_text(matter.said.reason)  # that is hers, and her leads'
    window.presses("Yes, I stand in")
    expect(page.locator("#asked-title")).to_have_count(0)


def no_gap_is_left(window: Window) -> None:
    page = window.goes("/absences/")
    expect(page.get_by_text(window.word("Somebody will be away and nobody stands in"))).to_have_count(0)


def she_is_told_who_has_it(window: Window, matter: Matter) -> None:
    names = {"absent": matter.adviser.name, "name": matter.cover.name}
    told = window.word("%(absent)s is away. Your matter is with %(name)s now.", **names)
    window.goes(link(matter.customers[1], told))
    window.sees(window.word("We owe you an answer"), matter.cover.name.split()[0])


def the_cover_answers_one(shop: Shop, window: Window, matter: Matter) -> None:
    page = window.goes("/")
    instead = window.word("instead of %(name)s, who is away", name=matter.adviser.name)
    expect(page.locator("[data-row]", has_text=instead)).to_have_count(2)
    page.get_by_role("link", name=matter.subject(0)).click()
    names = {"name": matter.cover.name, "absent": matter.adviser.name}
    window.sees(window.word("%(name)s stands in for %(absent)s", **names))
    [debt] = shop.open(matter.talks[0])
    window.replies(matter.said.answers, debt["id"])
    window.presses("Send the answer")
    window.sees(window.word("The answer is on its way."))
    shop.wait_for_debts(matter.talks[0], lambda debts: debts == [], "the loan is answered")


def it_goes_on_with_the_cover(shop: Shop, matter: Matter) -> None:
    mail = matter.customers[0].has(matter.said.answers)
    subject, answer = matter.subject(0), str(mail["Message-ID"])
    matter.customers[0].writes(matter.said.more, f"Re: {subject}", in_reply_to=answer)
    [debt] = shop.wait_for_debts(matter.talks[0], lambda debts: len(debts) == 1, "one more question")
    assert debt["owner"] == matter.cover.address


def what_is_unpaid_has_returned(window: Window, matter: Matter) -> None:
    expect(window.goes("/").locator("[data-row]", has_text=matter.subject(1))).to_have_count(1)
    window.goes(matter.talks[1])
    window.sees(window.word("Its owner is back."))


def owners(shop: Shop, matters: list[Matter]) -> list[list[str]]:
    return [[debt["owner"] for talk in one.talks for debt in shop.open(talk)] for one in matters]


def wait_for_owners(shop: Shop, matters: list[Matter], wanted: list[list[str]]) -> None:
    wait_until(
        lambda: owners(shop, matters) == wanted, what=f"all to rest on {wanted}", seconds=60, pause=0.1
    )
