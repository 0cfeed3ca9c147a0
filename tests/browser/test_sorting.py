"""Tags and snoozing in a real browser: by keyboard, and without a script."""

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
    """One desk for all of these, with two mails."""
    with running_desk() as running:
        for name, subject in (("Anna", "Reklamacja"), ("Iwona", "Zwrot")):
            mail = EmailMessage()
            sender = f"{name.lower()}@example.org"
            mail["From"], mail["To"] = f"{name} <{sender}>", "desk@odzew.localhost"
            mail["Subject"], mail["Message-ID"] = subject, f"<{time.monotonic_ns()}@example.org>"
            mail.set_content("Dzień dobry, gdzie jest faktura?\n")
            running.mail(mail.as_bytes(), sender=sender, recipient="desk@odzew.localhost")
        yield running


def open_talk(page: Page, desk: Desk, subject: str) -> None:
    end = time.monotonic() + 20
    page.goto(desk.url)
    while not page.get_by_role("link", name=subject).count() and time.monotonic() < end:
        page.reload()
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def test_a_tag_is_typed_seen_followed_and_taken_off(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    open_talk(page, desk, "Reklamacja")
    page.get_by_label("A tag, known or new").fill("Not paid")
    page.keyboard.press("Enter")

    chip = page.locator("#tags").get_by_role("link", name="Not paid")
    expect(chip).to_be_visible()
    expect(page.locator(".event", has_text="Tagged “Not paid”")).to_be_visible()
    page.goto(desk.url)
    expect(page.locator(".debt", has_text="Reklamacja").locator(".tag", has_text="Not paid")).to_be_visible()
    open_talk(page, desk, "Reklamacja")
    chip.click()
    expect(page.locator("#search-field")).to_have_value('tag:"Not paid"')

    open_talk(page, desk, "Reklamacja")
    page.get_by_role("button", name="Take off the tag “Not paid”").click()
    expect(chip).to_have_count(0)


def test_a_conversation_is_snoozed_by_key_and_woken(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    open_talk(page, desk, "Reklamacja")
    page.keyboard.press("z")
    expect(page.locator("dialog#snooze")).to_be_visible()
    page.get_by_role("button", name="Next week").click()
    expect(page.get_by_text("You have snoozed it until")).to_be_visible()

    page.goto(f"{desk.url}/?show=snoozed")
    expect(page.locator(".debt", has_text="Reklamacja")).to_have_count(1)
    page.get_by_role("link", name="Mine").click()
    expect(page.locator(".debt", has_text="Reklamacja")).to_have_count(0)

    page.goto(f"{desk.url}/?show=snoozed")
    page.get_by_role("link", name="Reklamacja").click()
    page.get_by_role("button", name="Wake it").click()
    page.goto(f"{desk.url}/?show=mine")
    expect(page.locator(".debt", has_text="Reklamacja")).to_have_count(1)


def test_both_work_without_a_script(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, desk)
    open_talk(page, desk, "Zwrot")
    page.get_by_label("A tag, known or new").fill("Courier")
    page.get_by_role("button", name="Add the tag").click()
    expect(page.locator("#tags")).to_contain_text("Courier")

    page.get_by_role("link", name="Snooze", exact=True).click()
    page.get_by_role("button", name="Next week").click()

    expect(page.get_by_text("You have snoozed it until")).to_be_visible()
    context.close()


def test_several_rows_are_ticked_and_tagged_at_once(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    open_talk(page, desk, "Reklamacja")
    page.goto(f"{desk.url}/?show=mine")
    button = page.get_by_role("button", name="Do something with the ticked rows")
    expect(button).not_to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(button).to_be_visible()
    page.get_by_label("Choose: Anna").set_checked(True)
    button.click()
    page.get_by_label("A tag, known or new").fill("At once")
    page.get_by_role("button", name="Add the tag").click()

    expect(page.get_by_text("Done with")).to_be_visible()
    expect(page.locator(".debt", has_text="Reklamacja").locator(".tag", has_text="At once")).to_be_visible()
