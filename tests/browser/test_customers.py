"""Two customers who share a phone are offered, joined and split again, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_in
from tests.browser.test_desk import send
from tests.servers.desk import Desk, desk as running_desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running_desk() as running:
        yield running


def test_who_shares_a_phone_is_offered_joined_known_and_split(desk: Desk, page: Page) -> None:
    sign_in(page, desk)
    for subject, phone in (("First parcel", "601 234 567"), ("Second parcel", "+48601234567")):
        send(desk, subject, f"Call me: {phone}")
        expect(page.get_by_role("link", name=subject)).to_be_visible()

    page.goto(f"{desk.url}/customers/")
    page.get_by_role("link", name="Likely one").click()
    expect(page.get_by_text("the same phone: 601234567")).to_be_visible()
    page.get_by_role("link", name="Look at both").click()
    page.get_by_role("button", name="Join them").click()

    history = page.locator(".talk-short")
    expect(history).to_have_count(2)
    page.get_by_text("Add what we know").click()
    page.get_by_label("What is known").fill("Premium 300")
    page.get_by_role("button", name="Keep").click()
    history.filter(has_text="Second parcel").get_by_role("link").click()
    expect(page.locator(".talk-side")).to_contain_text("Premium 300")

    page.go_back()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("These are two people").click()
    page.get_by_label("By what do you know it?").fill("Sisters, one phone.")
    page.get_by_role("button", name="Split them again").click()
    expect(history).to_have_count(1)
