"""The way into a desk: by its form the first time, by the session it gave from then on."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.servers.desk import Desk

_sessions: dict[str, str] = {}  # by the address of the desk


def sign_in(page: Page, desk: Desk) -> None:
    """Show Today to the administrator, whose replies go at once."""
    if session := _sessions.get(desk.url):
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.url}])
        page.goto(desk.url)
    else:
        _by_the_form(page, desk)
        cookies = page.context.cookies(desk.url)
        _sessions[desk.url] = next(one["value"] for one in cookies if one["name"] == "sessionid")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def _by_the_form(page: Page, desk: Desk) -> None:
    address, password = desk.sign_in()
    page.goto(desk.url)
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    undo(page, "0")


def undo(page: Page, seconds: str) -> None:
    """Choose for how long a reply can be taken back."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    where = urlsplit(page.url)._replace(path="/look", query="", fragment="").geturl()
    answer = page.request.post(where, form={"undo": seconds, "csrfmiddlewaretoken": token})
    assert answer.ok, answer.status
