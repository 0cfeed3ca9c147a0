"""What people of the desk and customers see in a browser, each in a language of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers.clock import Clock
from tests.stories.shop import Agent, Customer, body

LANGUAGES = ("pl", "uk", "ru")


def in_languages(each_change: str) -> pytest.MarkDecorator:
    """Play a story in one language for each change, and every night in all of them, which move together."""
    nightly = pytest.param(LANGUAGES, marks=pytest.mark.faults, id="all")
    return pytest.mark.parametrize("languages", [pytest.param((each_change,), id=each_change), nightly])


class Window:
    """What one person sees in one language; the clock of the page is that of the desk."""

    def __init__(self, page: Page, clock: Clock, language: str) -> None:
        self.page, self.clock, self.language = page, clock, language

    def word(self, text: str, **values: object) -> str:
        """Return what the screen says for an English text."""
        with translation.override(self.language):
            return gettext(text) % values

    def words(self, one: str, many: str, n: int) -> str:
        """Return what the screen says for a count."""
        with translation.override(self.language):
            return ngettext(one, many, n) % {"n": n}

    def goes(self, path: str) -> Page:
        """Open a page."""
        self.page.clock.set_fixed_time(self.clock.now())
        self.page.goto(path, wait_until="domcontentloaded")
        return self.page

    def sees(self, *texts: str) -> None:
        """Expect texts on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def presses(self, name: str) -> None:
        """Press a button by its English name."""
        self.page.get_by_role("button", name=self.word(name), exact=True).click()

    def replies(self, text: str, *pays: int) -> None:
        """Write a reply and say what it answers: nothing, when it only acknowledges."""
        self.page.locator("#reply-text").fill(text)
        self.page.locator(f".composer [name=purpose][value={'answer' if pays else 'acknowledge'}]").check()
        for debt in pays:
            self.page.locator(f".composer [name=pays][value='{debt}']").check()


class Screen:
    """One browser at the desk and one telephone, lent to one person after the other.

    A context for each person and language would cost most of a second of the processor each.
    """

    def __init__(self, chromium: Browser, url: str, clock: Clock) -> None:
        self.url, self.clock = url, clock
        settings = {"base_url": url, "timezone_id": "Europe/Warsaw", "reduced_motion": "reduce"}
        self.desk = chromium.new_context(**settings)
        self.telephone = chromium.new_context(
            **settings, java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        self.pages = {context: context.new_page() for context in (self.desk, self.telephone)}

    @contextmanager
    def of(self, person: Agent, language: str) -> Iterator[Window]:
        """Lend the browser to somebody who has signed in."""
        self.desk.clear_cookies()
        cookies = person.web.cookies.jar
        self.desk.add_cookies([{"name": c.name, "value": c.value or "", "url": self.url} for c in cookies])
        with self._lent(self.desk, language) as window:
            yield window

    @contextmanager
    def phone(self, language: str) -> Iterator[Window]:
        """Lend the telephone, which runs no scripts, to a customer."""
        self.telephone.clear_cookies()
        with self._lent(self.telephone, language) as window:
            yield window

    @contextmanager
    def _lent(self, context: BrowserContext, language: str) -> Iterator[Window]:
        page = self.pages[context]
        page.set_extra_http_headers({"Accept-Language": language})
        yield Window(page, self.clock, language)
        # It hears no more news of the desk, for which it would ask for the page again. A browser without
        # scripts hears none.
        if context is self.desk:
            page.evaluate("dispatchEvent(new Event('pagehide'))")

    def close(self) -> None:
        """Switch both off."""
        for context in self.pages:
            context.close()


def link(customer: Customer, words: str) -> str:
    """Return the private link in a mail the customer has got."""
    found = re.search(r"https?://[^/\s]+(/s/\S+)", body(customer.has(words)))
    assert found
    return found[1]
