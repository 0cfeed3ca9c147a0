"""F27, F28: "remind me of your question in half an hour" becomes our promise, and nothing looks closed."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.servers.clock import Clock
from tests.servers.process import wait_until
from tests.stories.shop import Agent, Customer, Shop, numbers
from tests.stories.window import Screen, Window, in_languages, link

pytestmark = pytest.mark.browser
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Said:
    """What is said in one language."""

    asks: str
    puts_off: str
    answers: str
    sends: str


SAID = {
    "pl": Said(
        "Dzień dobry, zapłaciłam za bilet na webinar i go nie dostałam. Gdzie jest mój bilet?",
        "Jestem na spotkaniu. Proszę przypomnieć mi o swoim pytaniu za pół godziny.",
        "Bilet powinien być w Pani poczcie.",
        "Przepraszam za kłopot. Bilet jest w tym liście, numer 4417.",
    ),
    "uk": Said(
        "Добрий день, я оплатила квиток на вебінар і не отримала його. Де мій квиток?",
        "Я на зустрічі. Нагадайте мені про ваше питання через пів години.",
        "Квиток має бути у вашій пошті.",
        "Перепрошую за клопіт. Квиток у цьому листі, номер 4417.",
    ),
    "ru": Said(
        "Здравствуйте, я оплатила билет на вебинар и не получила его. Где мой билет?",
        "Я на встрече. Напомните мне о вашем вопросе через полчаса.",
        "Билет должен быть у вас в почте.",
        "Извините за хлопоты. Билет в этом письме, номер 4417.",
    ),
}


@dataclass
class Matter:
    """One customer without her ticket."""

    customer: Customer
    language: str
    said: Said
    talk: str = ""
    answer: int = 0
    promise: int = 0
    subject: str = field(default_factory=lambda: f"Webinar {next(numbers)}")


@in_languages("ru")
def test_remind_us_in_half_an_hour(
    moved: Shop, clock: Clock, screen: Screen, languages: tuple[str, ...]
) -> None:
    [manager] = moved.hire("Jan")
    matters = [Matter(moved.customer(), language, SAID[language]) for language in languages]
    for matter in matters:
        matter.customer.writes(matter.said.asks, matter.subject)
    for matter in matters:
        matter.talk = moved.agent.talk_about(matter.subject)
        with screen.of(manager, matter.language) as window:
            the_sentence_is_stopped_and_turned_round(window, matter)
        nothing_is_paid_by_it(moved, matter, manager)

    clock.on(clock.now() + HALF_AN_HOUR)
    due = lambda: {promise(moved, one)["escalated"] for one in matters} == {1}  # noqa: E731
    wait_until(due, what="the promises to fall due", pause=0.1)
    for matter in matters:
        with screen.of(manager, matter.language) as window:
            he_is_told_and_answers_by_halves(moved, window, matter)
        with screen.phone(matter.language) as window:
            she_says_not_yet(window, matter)
        with screen.of(manager, matter.language) as window:
            it_is_owed_again_and_answered(moved, window, matter)
        with screen.phone(matter.language) as window:
            she_says_yes(window, matter)


def the_sentence_is_stopped_and_turned_round(window: Window, matter: Matter) -> None:
    page = window.goes(matter.talk)
    window.replies(matter.said.puts_off)
    banner = page.locator("#promises .banner")
    expect(banner).to_contain_text(window.word("We do not ask the customer to remind us."))
    window.presses("Send the acknowledgement")
    window.sees(window.word("Do not ask the customer to remind you: promise it yourself, below your reply."))
    banner.locator("[name=turn]").click()
    expect(banner).to_have_count(0)
    promise = page.locator(".promise")
    half_past = window.clock.now() + HALF_AN_HOUR
    said = re.compile(f"{half_past:%H:%M}|{half_past - timedelta(minutes=1):%H:%M}")
    expect(promise.locator("[name=promise_hour]")).to_have_value(said)
    expect(page.locator("#reply-text")).to_have_value(said)
    window.presses("Send the acknowledgement")
    window.sees(window.word("The acknowledgement is on its way."))
    page.locator("#owed form[action$=close] button").click()
    window.sees(window.word("It cannot be closed: something is still owed here"))


def nothing_is_paid_by_it(shop: Shop, matter: Matter, manager: Agent) -> None:
    answer, promise = shop.open(matter.talk)
    assert (answer["kind"], promise["kind"], promise["owner"]) == ("answer", "promise", manager.address)
    matter.answer, matter.promise = answer["id"], promise["id"]


def promise(shop: Shop, matter: Matter) -> dict[str, object]:
    [found] = [debt for debt in shop.open(matter.talk) if debt["id"] == matter.promise]
    return found


def he_is_told_and_answers_by_halves(shop: Shop, window: Window, matter: Matter) -> None:
    row = window.goes("/").locator(f"#debt-{matter.promise}")
    expect(row).to_contain_text(window.word("we promised it"))
    expect(row).to_have_attribute("data-state", "late")
    row.locator("[data-open]").click()
    window.replies(matter.said.answers, matter.answer, matter.promise)
    window.presses("Send the answer")
    window.sees(window.word("The answer is on its way."))
    shop.wait_for_debts(matter.talk, lambda debts: debts == [], "both are paid")


def she_says_not_yet(window: Window, matter: Matter) -> None:
    window.goes(link(matter.customer, matter.said.answers))
    window.sees(window.word("Did this answer your question?"))
    window.presses("Not yet")
    window.sees(window.word("We owe you an answer"))


def it_is_owed_again_and_answered(shop: Shop, window: Window, matter: Matter) -> None:
    debts = shop.open(matter.talk)
    assert {(debt["id"], debt["reopenings"]) for debt in debts} >= {(matter.answer, 1)}
    window.goes(matter.talk)
    window.sees(window.word("Owed again, with its old hour"))
    window.replies(matter.said.sends, *(debt["id"] for debt in debts))
    window.presses("Send the answer")
    window.sees(window.word("The answer is on its way."))
    shop.wait_for_debts(matter.talk, lambda debts: debts == [], "both are paid again")


def she_says_yes(window: Window, matter: Matter) -> None:
    window.goes(link(matter.customer, matter.said.sends))
    window.presses("Yes, it did")
    window.sees(window.word("Solved"), window.word("you said so"))
