"""The chat on a page of another site with a strict policy: offline, reloaded, answered, paid."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import sign_in, undo
from tests.servers.desk import Desk
from tests.servers.process import wait_until

pytestmark = pytest.mark.browser
EVIL = '<img src=x onerror="window.ran=1"> https://example.org/x'


@contextmanager
def shop(desk: Desk) -> Iterator[str]:
    """Serve one page that puts the chat on itself, from an origin of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            policy = f"default-src 'none'; script-src {desk.url}; connect-src {desk.url}"
            script = f'<script src="{desk.url}/chat/widget.js" data-chat="shop" defer></script>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Shop</title><h1>Kettles</h1>{script}".encode())

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def make_chat(page: Page, desk: Desk, site: str) -> None:
    page.goto(f"{desk.url}/chats/new")
    page.fill("#id_slug", "shop")
    page.fill("#id_name", "The kettle shop")
    for name in ("#id_team", "#id_by_mail"):
        page.select_option(name, index=1)
    page.fill("#id_origins", site)
    page.click(".form-foot button")
    expect(page.locator("pre.raw").first).to_contain_text("chat/widget.js")


def test_a_visitor_writes_goes_offline_comes_back_and_his_answer_is_paid_when_he_sees_it(
    desk: Desk, page: Page, chromium: Browser
) -> None:
    sign_in(page, desk)
    undo(page, "0")
    with shop(desk) as site, chromium.new_context(locale="en-GB") as context:
        make_chat(page, desk, site)
        visitor = context.new_page()
        wrong: list[str] = []
        visitor.on(
            "console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None
        )
        visitor.goto(site)
        visitor.get_by_role("button", name="Open the chat").click()
        text, log = visitor.get_by_label("Your message"), visitor.get_by_role("log")
        expect(text).to_be_focused()
        text.fill(EVIL)
        text.press("Enter")
        expect(log.get_by_text("received")).to_have_count(1)
        context.set_offline(True)
        text.fill("I am still here.")
        visitor.get_by_role("button", name="Send").click()
        expect(log.get_by_text("waits for a connection")).to_be_visible()
        context.set_offline(False)
        expect(log.get_by_text("received")).to_have_count(2)
        visitor.reload()
        visitor.get_by_role("button", name="Open the chat").click()
        expect(log.get_by_text("I am still here.")).to_have_count(1)
        expect(log.get_by_role("link", name="https://example.org/x")).to_have_count(1)

        page.goto(desk.url)
        page.get_by_role("link", name="img src=x").first.click()
        expect(page.locator("article", has_text="I am still here.")).to_have_count(1)
        visitor.get_by_role("button", name="Close the chat").first.click()
        page.get_by_label("This answers").check()
        page.get_by_label("Your reply").fill("It is on its way.")
        page.get_by_role("button", name="Send the answer").click()
        expect(visitor.get_by_role("button", name="New answers: 1")).to_be_visible()
        expect(page.locator("#owed .owed-item[data-state=paid]")).to_have_count(0)
        visitor.get_by_role("button", name="New answers: 1").click()
        expect(log.get_by_text("It is on its way.")).to_be_visible()
        shown = page.get_by_text("Shown to the visitor")
        wait_until(lambda: page.reload() and shown.count(), what="the acknowledgement")
        assert desk.odzew("owed").stdout.decode().count("answer") == 0
        assert not visitor.evaluate("window.ran")
    assert wrong == []
