"""A passkey in a real browser: added, then signed in with, without a password (WebAuthn Level 2)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.servers.desk import Desk, desk as running_desk

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running_desk() as running:
        yield running


def look(page: Page, name: str) -> None:
    """Keep a picture for who wants to look at it (LOOK=folder)."""
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def sign_in(page: Page, desk: Desk) -> str:
    url = desk.url.replace("127.0.0.1", "localhost")  # an address of numbers has no passkeys
    address, password = desk.sign_in()
    page.goto(f"{url}/account/login/")
    look(page, "login")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return url


def test_a_passkey_is_added_and_signs_in_without_a_password(desk: Desk, page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    url = sign_in(page, desk)

    page.goto(f"{url}/account/")
    look(page, "account")
    page.get_by_role("link", name="Set up").click()
    look(page, "factors")
    page.get_by_role("link", name="Add a passkey").click()
    look(page, "again")
    page.get_by_label("Password").fill(desk.sign_in()[1])
    page.get_by_role("button", name="Go on").click()
    look(page, "passkey")
    page.get_by_label("A name to know it by").fill("My laptop")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(page, "codes")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    look(page, "factors-on")

    page.context.clear_cookies()
    page.goto(f"{url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.goto(f"{url}/staff-log/")
    expect(page.get_by_text("by: passkey")).to_be_visible()
    look(page, "staff-log")

    page.context.clear_cookies()
    page.goto(f"{url}/account/login/")
    address, password = desk.sign_in()
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    look(page, "second")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.goto(f"{url}/people/1/")
    look(page, "person")
    page.goto(f"{url}/account/factors/app/on/")
    look(page, "app")
