"""Long lists in a real browser: they go on by themselves, and come back as they were."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import sign_in
from tests.servers.desk import Desk, desk as running_desk
from tests.servers.process import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.faults]  # by night: so many letters take long
LETTERS = 130
SHIFTS = """() => {
    window.shifted = 0;
    const add = (one) => { if (!one.hadRecentInput) window.shifted += one.value; };
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift" });
}"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """One desk for all of these, with more conversations than two pages hold."""
    with running_desk() as running:
        for number in range(LETTERS):
            write(running, number)
        yield running


def write(desk: Desk, number: int) -> None:
    sender = f"ala{number}@example.org"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "desk@odzew.localhost", f"Parcel {number}"
    mail["Message-ID"] = f"<{number}@example.org>"
    mail.set_content("Where is my parcel?")
    desk.mail(mail.as_bytes(), sender=sender, recipient="desk@odzew.localhost")


def rows(page: Page) -> int:
    return page.locator("[data-list] > *").count()


def open_list(page: Page, desk: Desk, query: str = "conversations/") -> None:
    sign_in(page, desk)
    wait_until(
        lambda: page.goto(f"{desk.url}/conversations/?pages=6") and rows(page) >= LETTERS,
        what="all letters",
        seconds=60,
        pause=1,
    )
    page.goto(f"{desk.url}/{query}")


def to_the_end(page: Page) -> None:
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


@pytest.mark.parametrize("query", ["conversations/", "?show=mine", "customers/", "search?q=parcel"])
def test_the_next_page_comes_before_its_end_is_seen(desk: Desk, page: Page, query: str) -> None:
    open_list(page, desk, query)
    page.evaluate(SHIFTS)
    first = rows(page)

    to_the_end(page)

    expect(page.locator("[data-list] > *").nth(first + 1)).to_be_attached()
    expect(page.locator(".unseen[role=status]", has_text="Rows shown: ")).to_be_attached()
    assert "pages=" in page.url
    ids = page.locator("[data-list] > *").evaluate_all("(all) => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("window.shifted") < 0.1  # "good", as Core Web Vitals has it


def test_keys_go_on_into_it_and_back_returns_to_the_row(desk: Desk, page: Page) -> None:
    open_list(page, desk)
    links = page.locator("[data-row] a[data-open]")
    links.nth(48).focus()

    for _ in range(5):
        page.keyboard.press("j")
        page.wait_for_timeout(150)
    assert links.nth(53).evaluate("(one) => one === document.activeElement")
    row = links.nth(53).get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
    page.go_back()

    expect(links.nth(53)).to_be_focused()
    assert links.nth(53).get_attribute("id") == row
    assert links.nth(53).evaluate("(one) => one.getBoundingClientRect().bottom <= innerHeight")


def test_news_leave_what_has_grown_as_it_is(desk: Desk, page: Page) -> None:
    open_list(page, desk)
    page.wait_for_timeout(1_000)  # the stream is open
    to_the_end(page)
    expect(page.locator("[data-list] > *").nth(99)).to_be_attached()

    page.evaluate("scrollTo(0, 2000)")
    page.wait_for_timeout(1_000)  # what was on its way has come
    top = "(one) => one.getBoundingClientRect().top"
    first_seen = "(all) => { const one = all.find((row) => %s > 0); return [one.id, %s]; }"
    measured = first_seen % ("row.getBoundingClientRect().bottom", "one.getBoundingClientRect().top")
    seen, stood = page.locator("[data-row]").evaluate_all(measured)

    write(desk, LETTERS + 1)

    expect(page.get_by_role("link", name=f"Parcel {LETTERS + 1}")).to_be_attached()
    assert rows(page) >= 100
    assert abs(page.locator(f"#{seen}").evaluate(top) - stood) < 2


def test_without_a_script_a_link_leads_on(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    open_list(page, desk)

    page.get_by_role("link", name="Next page").click()

    assert rows(page) == 50
    assert "after=" in page.url
    context.close()
