"""F3, F16, F19: she writes twice; "I am an ordinary employee, the boss will call" is a debt of the boss."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.servers.clock import Clock
from tests.servers.process import wait_until
from tests.stories.shop import Agent, Customer, Shop, numbers
from tests.stories.window import Screen, Window, in_languages, link

pytestmark = pytest.mark.browser
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What is said in one language; the hours are those the promise names."""

    asks: str
    again: str
    passes_on: str
    thanks: str
    why: str
    keeps: str


SAID = {
    "pl": Said(
        "Dzień dobry, od tygodnia nie działa moja strona. Kiedy ją naprawicie?",
        "Piszę po raz drugi. Nikt nie odpowiada, a strona dalej nie działa.",
        "Jestem szeregowym pracownikiem. Szef oddzwoni do Pani jutro do 12:00.",
        "Dziękuję, czekam.",
        "Rozmowa z serwerownią się przeciągnęła",
        "Przepraszam. Strona działa od rana, a hosting do końca roku jest bezpłatny.",
    ),
    "uk": Said(
        "Добрий день, мій сайт не працює вже тиждень. Коли ви його полагодите?",
        "Пишу вдруге. Ніхто не відповідає, а сайт досі не працює.",
        "Я звичайний працівник. Керівник передзвонить вам завтра до 12:00.",
        "Дякую, чекаю.",
        "Розмова з дата-центром затягнулася",
        "Перепрошую. Сайт працює від ранку, а хостинг до кінця року безкоштовний.",
    ),
    "ru": Said(
        "Добрый день, мой сайт не работает уже неделю. Когда вы его почините?",
        "Пишу второй раз. Никто не отвечает, а сайт всё ещё не работает.",
        "Я обычный сотрудник. Начальник перезвонит вам завтра до 12:00.",
        "Спасибо, жду.",
        "Разговор с дата-центром затянулся",
        "Извините. Сайт работает с утра, а хостинг до конца года бесплатный.",
    ),
}


@dataclass
class Matter:
    """One customer with one matter, and what is said in it."""

    customer: Customer
    language: str
    said: Said
    talk: str = ""
    answer: int = 0
    promise: int = 0
    subject: str = field(default_factory=lambda: f"Hosting {next(numbers)}")


@in_languages("uk")
def test_the_boss_will_call(moved: Shop, clock: Clock, screen: Screen, languages: tuple[str, ...]) -> None:
    ola, boss = moved.hire("Ola", "Marek")
    matters = [Matter(moved.customer(), language, SAID[language]) for language in languages]
    she_writes_twice(moved, clock, matters)
    noon = (clock.now() + A_DAY).replace(hour=12, minute=0, second=0, microsecond=0)

    for matter in matters:
        with screen.of(ola, matter.language) as window:
            the_boss_is_promised(window, matter, boss)
        it_is_a_debt_of_the_boss(moved, matter, boss, noon)

    clock.on(noon)
    wait_until(lambda: steps(moved, matters) == {1}, what="the step of the owner, at noon", pause=0.1)
    clock.on(noon + timedelta(hours=1))
    wait_until(lambda: steps(moved, matters) == {2}, what="the step of the lead, an hour later", pause=0.1)
    for matter in matters:
        with screen.of(moved.agent, matter.language) as window:
            the_lead_sees_that_nobody_called(window, matter)
        with screen.of(boss, matter.language) as window:
            the_boss_gives_a_new_date(window, matter, noon + A_DAY)

    clock.on(noon + A_DAY - timedelta(hours=1))
    for matter in matters:
        with screen.of(boss, matter.language) as window:
            the_boss_keeps_it(moved, window, matter)
        with screen.phone(matter.language) as window:
            she_says_that_it_is_solved(window, matter)


def she_writes_twice(shop: Shop, clock: Clock, matters: list[Matter]) -> None:
    first = [matter.customer.writes(matter.said.asks, matter.subject) for matter in matters]
    for matter in matters:
        matter.talk = shop.agent.talk_about(matter.subject)
    before = [shop.open(matter.talk) for matter in matters]
    clock.on(clock.now() + 2 * A_DAY)
    for matter, asked in zip(matters, first, strict=True):
        matter.customer.writes(matter.said.again, f"Re: {matter.subject}", in_reply_to=asked)
    for matter, [debt] in zip(matters, before, strict=True):
        shop.agent.sees(matter.talk, matter.said.again)
        [same] = shop.open(matter.talk)
        assert [same[name] for name in ("id", "opened_at", "due_at")] == [
            debt[name] for name in ("id", "opened_at", "due_at")
        ]
        matter.answer = same["id"]


def the_boss_is_promised(window: Window, matter: Matter, boss: Agent) -> None:
    page = window.goes(matter.talk)
    window.sees(window.words("the customer wrote again", "wrote again %(n)d times", 1))
    window.replies(matter.said.passes_on)
    promise = page.locator(".promise")
    expect(promise.locator("[name=promise_hour]")).to_have_value("12:00")
    owner = promise.locator("[name=promise_owner]")
    expect(owner).to_have_value("")  # who “the boss” is has to be said
    owner.select_option(label=boss.name)
    window.presses("Send the acknowledgement")
    window.sees(window.word("The acknowledgement is on its way."))
    expect(page.locator("#owed .owed-item")).to_have_count(2)


def it_is_a_debt_of_the_boss(shop: Shop, matter: Matter, boss: Agent, noon: datetime) -> None:
    told = matter.customer.has(matter.said.passes_on)
    answer, promise = shop.open(matter.talk)
    assert (answer["id"], answer["kind"]) == (matter.answer, "answer")  # it answered nothing
    assert (promise["kind"], promise["owner"]) == ("promise", boss.address)
    assert datetime.fromisoformat(f"{promise['due_at']}+00:00") == noon
    matter.promise = promise["id"]
    matter.customer.writes(matter.said.thanks, f"Re: {matter.subject}", in_reply_to=str(told["Message-ID"]))
    shop.agent.sees(matter.talk, matter.said.thanks)
    assert [debt["id"] for debt in shop.open(matter.talk)] == [matter.answer, matter.promise]


def steps(shop: Shop, matters: list[Matter]) -> set[int]:
    return {d["escalated"] for m in matters for d in shop.open(m.talk) if d["id"] == m.promise}


def the_lead_sees_that_nobody_called(window: Window, matter: Matter) -> None:
    page = window.goes("/?show=escalated")
    row = page.locator(f"#debt-{matter.promise}")
    expect(row).to_contain_text(matter.said.passes_on.partition(". ")[2])
    expect(row).to_contain_text(window.word("we promised it"))
    expect(row).to_have_attribute("data-state", "late")


def the_boss_gives_a_new_date(window: Window, matter: Matter, again: datetime) -> None:
    page = window.goes(matter.talk)
    window.sees(window.word("It fell due unpaid"))
    page.locator(f"#owed-{matter.promise} [data-dialog=postpone]").click()
    page.locator("#postpone-date").fill(f"{again:%Y-%m-%d}")
    page.locator("#postpone-hour").fill(f"{again:%H:%M}")
    page.locator("#postpone-reason").fill(matter.said.why)
    window.presses("Promise the new date")
    window.sees(window.word("The new date stands beside the old one. Tell the customer."))
    told = f"{again:%d.%m.%Y}"
    expect(page.locator("#reply-text")).to_have_value(re.compile(re.escape(told)))
    window.presses("Send the answer")  # to the notice of the new date, which is ticked already
    window.sees(window.words("its date was moved", "its date was moved %(n)d times", 1))
    matter.customer.has(told)


def the_boss_keeps_it(shop: Shop, window: Window, matter: Matter) -> None:
    page = window.goes(matter.talk)
    expect(page.locator(".event[data-kind=promised]")).to_have_count(2)  # both dates stand
    window.sees(matter.said.why)
    page.locator(f"#owed-{matter.promise} [data-dialog=kept]").click()
    page.locator("#kept-text").fill(matter.said.keeps)
    window.presses("It is kept")
    window.sees(window.word("It is kept; what was said stands in the history."))
    [call] = shop.settled_by(matter.promise)
    expect(page.locator(f".event a[href='#message-{call}']")).to_have_count(1)  # the books name the call
    assert [debt["id"] for debt in shop.open(matter.talk)] == [matter.answer]  # which was asked in writing
    window.replies(matter.said.keeps, matter.answer)
    window.presses("Send the answer")
    window.sees(window.word("The answer is on its way."))
    shop.wait_for_debts(matter.talk, lambda debts: debts == [], "it is answered")


def she_says_that_it_is_solved(window: Window, matter: Matter) -> None:
    window.goes(link(matter.customer, matter.said.keeps))
    window.presses("Yes, it did")
    window.sees(window.word("Solved"), window.word("you said so"))
