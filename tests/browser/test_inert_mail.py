"""What strangers write stays inert in a real browser (SAFETY P18, T18, T21): no script, no fetch, no way led.

The two walls of a mail in HTML are tried each alone and both together, and the same letters
without any wall show that the list is no list of duds.
"""

import os
import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Route

from odzew.channels.email import page
from odzew.desk.conversation import mail
from tests.browser.entrance import sign_in
from tests.browser.hostile import CLASSES, PAYLOADS, SAID
from tests.servers.desk import Desk, desk as running_desk
from tests.servers.process import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# One letter in six at each change, all of them with INERT_MAIL=all (make faults).
TRIED = PAYLOADS if os.environ.get("INERT_MAIL") == "all" else PAYLOADS[::6]
HERE = "http://desk.test"
A_TALK = 10  # letters in one conversation
EVENTS = (
    "click dblclick mousedown mouseup mouseover mouseenter mousemove mouseout wheel contextmenu keydown keyup"
    " keypress input change submit select focus blur focusin drag drop dragover copy cut paste pointerdown"
    " pointerover touchstart scroll auxclick beforeinput animationend transitionend toggle"
)
FIRE = """(events) => { for (const e of document.querySelectorAll("body *"))
  for (const event of events) { try { e.dispatchEvent(new Event(event, {bubbles: true})) } catch {} } }"""
SHOW = """(urls) => Promise.all(urls.map((url) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.onload = done; frame.src = url; document.body.append(frame); setTimeout(done, 1500) })))"""


@dataclass
class Seen:
    """What a browser did because of letters."""

    ran: set[str] = field(default_factory=set)  # the documents in which a script has run
    outside: list[tuple[str, str]] = field(default_factory=list)  # who asked for what outside
    led: list[str] = field(default_factory=list)  # where a document was led to


class Watched:
    """A page whose scripts, requests and ways are watched; nothing of it leaves this machine."""

    def __init__(self, browser: Browser, here: str, answers: dict[str, tuple[str, dict[str, str]]]) -> None:
        self.seen = Seen()
        self.here = here
        self.answers = answers
        self.context = browser.new_context()
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("framenavigated", self._led)
        self.context.on("page", lambda other: other.on("framenavigated", self._led))
        self.page.on("dialog", lambda dialog: dialog.dismiss())
        self.context.route(lambda url: not url.startswith(("data:", "blob:")), self._route)

    def _console(self, message: ConsoleMessage) -> None:
        if message.text == SAID:
            self.seen.ran.add(message.location["url"])

    def _led(self, frame: Frame) -> None:
        if not frame.url.startswith((self.here, "about:", "chrome-error:")) and frame.url:
            self.seen.led.append(frame.url)

    def _route(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(self.here)
        if path in self.answers:
            body, headers = self.answers[path]
            route.fulfill(body=body, headers={"Content-Type": "text/html; charset=utf-8", **headers})
        elif self.answers and request.url.startswith(self.here):
            route.fulfill(status=404, body="")
        elif request.url.startswith(self.here):
            route.continue_()
        else:
            self.seen.outside.append((request.resource_type, request.url))
            route.abort()

    def show(self, urls: list[str], *, fire: bool) -> Seen:
        """Show documents, each in a frame of its own, and let a person do all he can to them."""
        for start in range(0, len(urls), 75):
            self.page.evaluate(SHOW, urls[start : start + 75])
        if fire:
            for frame in self.page.frames[1:]:
                if frame.url.startswith(self.here):
                    frame.evaluate(FIRE, EVENTS.split())
        self.page.wait_for_timeout(500)
        return self.seen


def shown(browser: Browser, documents: list[str], headers: dict[str, str], *, fire: bool) -> Seen:
    """Show documents as they are, with these headers."""
    answers = {f"/{n}": (document, headers) for n, document in enumerate(documents)}
    watched = Watched(browser, HERE, {"/": ("<!doctype html><title>Desk</title>", {}), **answers})
    watched.page.goto(HERE + "/")
    try:
        return watched.show([f"/{n}" for n in range(len(documents))], fire=fire)
    finally:
        watched.context.close()


@pytest.fixture
def clean() -> list[str]:
    """What our sanitiser leaves of each letter that has no pictures of its own."""
    return [page.clean(payload) for payload in TRIED]


def test_without_our_walls_the_letters_run_fetch_and_lead_away(chromium: Browser) -> None:
    seen = shown(chromium, TRIED, {}, fire=True)

    kinds = {kind for kind, _url in seen.outside}
    print(f"\nT21 control, {len(TRIED)} letters, no wall: {len(seen.ran)} ran, {len(seen.outside)} fetched")
    assert len(seen.ran) > len(TRIED) // 4
    assert len(seen.outside) > len(TRIED) // 12
    assert {"image", "document"} <= kinds


def test_the_sanitiser_alone_lets_no_script_run_and_nobody_be_led_away(
    chromium: Browser, clean: list[str]
) -> None:
    seen = shown(chromium, clean, {}, fire=True)

    kinds = {kind for kind, _url in seen.outside}
    print(f"\nT21 sanitiser alone: {len(seen.ran)} ran, {len(seen.outside)} fetched: {sorted(kinds)}")
    assert seen.ran == set()
    assert seen.led == []
    assert kinds <= {"image"}  # which the other wall stops


def test_the_policy_alone_lets_no_script_run_and_nothing_be_fetched(chromium: Browser) -> None:
    wall = {"Content-Security-Policy": mail.WALL.format(net="")}
    seen = shown(chromium, TRIED, wall, fire=False)

    documents = {url for kind, url in seen.outside if kind == "document"}
    print(f"\nT21 policy alone: {len(seen.ran)} ran, {len(seen.outside)} fetched, {len(documents)} led away")
    assert seen.ran == set()
    assert {kind for kind, _url in seen.outside} <= {"document"}  # meta refresh, which the other wall stops


def test_both_walls_together_let_nothing_through(chromium: Browser, clean: list[str]) -> None:
    seen = shown(chromium, clean, {"Content-Security-Policy": mail.WALL.format(net="")}, fire=False)

    assert (seen.ran, seen.outside, seen.led) == (set(), [], [])


def test_no_link_that_is_left_leads_to_a_script_or_to_text_of_the_letter(clean: list[str]) -> None:
    # As a browser reads an address: without control characters (WHATWG URL, 4.4).
    links = [link for page in clean for link in re.findall(r'(?:href|action|cite)="([^"]*)"', page)]
    bare = [re.sub(r"[\x00-\x20]", "", link.replace("&amp;", "&")).lower() for link in links]

    assert [link for link in bare if link.startswith(("javascript:", "data:", "vbscript:", "blob:"))] == []
    assert len(links) > 5


@pytest.fixture(scope="module")
def full(chromium: Browser) -> Iterator[Desk]:
    """A desk that has got all the letters, ten to a conversation."""
    with running_desk() as desk:
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=60) as door:
            for number, payload in enumerate(TRIED):
                door.sendmail("x@example.org", ["desk@odzew.localhost"], letter(number, payload))
        wait_until(lambda: _waiting(desk) == 0, what="the letters in the history", seconds=120)
        yield desk


def _waiting(desk: Desk) -> int:
    found = re.search(r"odzew_payloads_waiting (\d+)", httpx.get(f"{desk.url}/metrics").text)
    assert found
    return int(found[1])


def letter(number: int, payload: str) -> bytes:
    """Return a letter that says the same in its body, its subject, its name and the name of its file."""
    first = number - number % A_TALK
    line = " ".join(re.sub(r"[\x00-\x1f]", " ", payload[-250:]).split())
    made = MIMEMultipart()
    made["From"] = f"{Header(line, 'utf-8').encode(linesep=chr(13) + chr(10))} <{first}@example.org>"
    made["Subject"] = Header(line, "utf-8").encode(linesep="\r\n")
    made["Message-ID"] = f"<{number}@example.org>"
    made["To"] = "desk@odzew.localhost"
    if number != first:
        made["References"] = f"<{first}@example.org>"
    text = MIMEMultipart("alternative")
    text.attach(MIMEText(payload, "plain", "utf-8"))
    text.attach(MIMEText(payload, "html", "utf-8"))
    made.attach(text)
    file = MIMEBase("text", "html")
    file.set_payload(payload.encode())
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", line[:120]))
    made.attach(file)
    return made.as_bytes()


OPEN_ALL = "document.querySelectorAll('details').forEach((e) => e.open = true)"


def test_no_screen_of_the_desk_runs_what_strangers_wrote(full: Desk, chromium: Browser) -> None:
    watched = Watched(chromium, full.url, {})
    page = watched.page
    sign_in(page, full)
    page.wait_for_selector("[data-row]")

    talks = {int(n) for n in re.findall(r'href="/conversations/(\d+)/', page.content())}
    lists = [
        "/",
        "/?show=mine",
        "/conversations/",
        "/customers/",
        "/customers/1/",
        "/quarantine/",
        "/mailboxes/",
    ]
    for where in [*lists, *(f"/conversations/{n}/" for n in range(1, len(TRIED) // A_TALK + 2))]:
        page.goto(full.url + where)
        page.evaluate(OPEN_ALL)
        page.evaluate(FIRE_MOUSE, None)
        assert urlsplit(page.url).path == urlsplit(where).path
    page.goto(full.url + "/mailboxes/")
    frames = [f"/messages/{n}/html" for n in range(1, len(TRIED) + 1)]
    frames += [f"/messages/{n}/source" for n in range(1, len(TRIED) + 1, 4)]
    seen = watched.show(frames, fire=False)
    watched.context.close()

    print(f"\nT21 {len(TRIED)} letters in {len(talks)}+ talks, {len(frames)} frames: {len(seen.ran)} ran")
    assert (seen.ran, seen.outside, seen.led) == (set(), [], [])


# Only what moves over things: a click would follow links and send forms of our own.
FIRE_MOUSE = """() => { for (const e of document.querySelectorAll("main *"))
  for (const event of ["mouseover", "mouseenter", "pointerover", "animationend", "error", "load"])
    e.dispatchEvent(new Event(event, {bubbles: false})) }"""


def test_each_class_of_letters_is_there() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 300
    assert all(len(payloads) >= 10 for payloads in CLASSES.values())
