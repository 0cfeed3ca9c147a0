"""Search and the palette in a real browser: by keyboard, on a phone, without a script."""

import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import sign_in
from tests.servers.desk import Desk, desk as running_desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """One desk for all of these, with one mail whose words can be found."""
    with running_desk() as running:
        mail = EmailMessage()
        mail["From"], mail["To"] = "Anna Kowalska <anna@example.org>", "desk@odzew.localhost"
        mail["Subject"], mail["Message-ID"] = "Reklamacja", f"<{time.monotonic_ns()}@example.org>"
        mail.set_content("Dzień dobry, gdzie jest faktura za czajnik?\n")
        running.mail(mail.as_bytes(), sender="anna@example.org", recipient="desk@odzew.localhost")
        yield running


def wait_until_found(page: Page, desk: Desk, word: str) -> None:
    page.goto(f"{desk.url}/search?q={word}")
    end = time.monotonic() + 20
    while not page.locator("[data-row]").count() and time.monotonic() < end:
        page.reload()


def test_a_mail_is_found_by_keyboard_in_another_form_and_opened(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    wait_until_found(page, desk, "czajnika")

    page.goto(desk.url)
    page.keyboard.press("/")
    page.keyboard.type("fakturę")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text("faktura")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Reklamacja")).to_be_visible()


def test_the_palette_goes_anywhere_and_closes_with_escape(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    wait_until_found(page, desk, "czajnika")
    field = page.get_by_role("combobox")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).not_to_be_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("kowal")
    expect(page.get_by_role("option", name="Anna Kowalska", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Anna Kowalska")).to_be_visible()


def test_the_palette_offers_the_acts_of_the_page(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    page.get_by_role("link", name="Reklamacja").click()
    expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
    page.wait_for_load_state()  # the browser lets go of the focus once more

    page.keyboard.press("Control+k")
    page.keyboard.type("hand")
    expect(page.locator("#palette-list").get_by_role("option").first).to_have_text("Hand over")
    page.keyboard.press("Enter")

    expect(page.locator("dialog#hand-over")).to_be_visible()


def test_search_works_on_a_phone_and_without_a_script(desk: Desk, page: Page, chromium: Browser) -> None:
    sign_in(page, desk)
    wait_until_found(page, desk, "czajnika")
    phone = chromium.new_context(
        storage_state=page.context.storage_state(),
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
        locale="en-GB",
    ).new_page()

    phone.goto(desk.url)
    phone.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    phone.locator("#search-field").fill("fakture")
    phone.get_by_role("button", name="Search").click()

    expect(phone.locator("mark")).to_have_text("faktura")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.context.close()
