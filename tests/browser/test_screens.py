"""Every screen that links lead to, with the demo firm: accessible, as wide as its window, and quiet.

One address of each kind is looked at, numbers and questions apart.
SCREENS=folder keeps a picture of each: light and dark, wide and narrow, in two languages.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.servers.desk import Desk, desk as running_desk

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FILES = re.compile(r"/files/|/source|/html|\.\w{3,4}(?:\?|$)|/account/logout")
MUST_SEE = {
    "/", "/conversations/", "/conversations/N/", "/customers/", "/customers/N/", "/absences/", "/quarantine/",
    "/mailboxes/", "/mailboxes/N/", "/people/", "/people/N/", "/teams/", "/teams/N/",
    "/reports/", "/snippets/", "/tags/", "/drafts/", "/staff-log/", "/customers/likely", "/account/",
    "/search", "/forms/", "/answer-times/", "/rules/",
    "/signatures/", "/signatures/N/", "/notices/", "/brand/", "/tokens/", "/shops/", "/shops/N/",
    "/lines/", "/lines/new", "/messengers/", "/messengers/telegram", "/messengers/whatsapp",
    "/chats/", "/chats/new", "/webhooks/", "/webhooks/new", "/shops/new", "/customers/N/join",
    "/customers/N/erase", "/conversations/?show=followed",
    "/account/notices", "/conversations/N/merge", "/conversations/N/split", "/conversations/N/print",
    "/help/", "/help/N/",
}  # fmt: skip
FOLLOWED = "/conversations/?show=followed"
WIDER = """() => {
    const reach = one => one.getBoundingClientRect().right
    const room = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= room) return []
    return [...document.body.querySelectorAll('*')].filter(one => reach(one) > room + 1)
        .map(one => `${one.tagName}.${one.className} ${Math.round(reach(one) - room)}`).slice(0, 6)
}"""
# The narrow one at each change: there everything has least room.
LOOKS = [
    pytest.param("pl", "light", 1440, id="light and wide", marks=pytest.mark.faults),
    pytest.param("uk", "dark", 390, id="dark and narrow"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Desk]:
    with running_desk(empty=False) as running:
        yield running


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_screen_is_accessible_and_fits_its_window(
    demo: Desk, chromium: Browser, language: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(f"{page.url}: {message.text}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    _sign_in(page, demo, language)

    seen = _walk(page, demo.url, f"{language}-{scheme}-{width}", said)

    page.close()
    assert not said, "\n".join(said)
    assert seen >= MUST_SEE, MUST_SEE - seen


def _sign_in(page: Page, demo: Desk, language: str) -> None:
    address, password = demo.sign_in()
    page.goto(demo.url)
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{demo.url}/")
    page.evaluate(
        """language => fetch('/look', {method: 'POST', body: new URLSearchParams(
        {language, csrfmiddlewaretoken: document.querySelector('[name=csrfmiddlewaretoken]').value})})""",
        language,
    )


def _walk(page: Page, url: str, look: str, said: list[str]) -> set[str]:
    seen: set[str] = set()
    ahead = ["/"]
    while ahead:
        path = ahead.pop(0)
        if _kind(path) in seen or FILES.search(path):
            continue
        seen.add(_kind(path))
        answer = page.goto(url + path)
        if not answer or not answer.ok:
            said.append(f"{path}: a link leads there, and the desk answers {answer and answer.status}")
            continue
        said += _faults(page, path)
        _picture(page, path, look)
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
        ahead += [link.partition("#")[0] for link in links]
    return seen


def _kind(path: str) -> str:
    if path == FOLLOWED:  # before anything is followed it is the one list that says how to begin
        return path
    return re.sub(r"\d+|(?<=/help/).+(?=/)", "N", path.partition("?")[0])


def _faults(page: Page, path: str) -> Iterator[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    for fault in found:
        yield f"{path}: {fault['id']}: {fault['help']}: {[node['html'][:150] for node in fault['nodes'][:3]]}"
    if wide := page.evaluate(WIDER):
        yield f"{path}: wider than its window: {wide}"


def _picture(page: Page, path: str, look: str) -> None:
    if folder := os.environ.get("SCREENS"):
        name = _kind(path).strip("/").replace("/", "-") or "today"
        page.screenshot(path=Path(folder) / f"{name}-{look}.png", full_page=True)
