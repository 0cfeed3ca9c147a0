"""Debian's Chromium, driven by playwright; no browser is ever fetched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers import process

# Chromium's own sandbox refuses to work for root.
# A machine that is busy with other tests may take long; who waits in vain is told all the same.
expect.set_options(timeout=20_000)
FLAGS = ["--no-sandbox"] if os.geteuid() == 0 else []


@contextmanager
def chromium() -> Iterator[Browser]:
    """Lend a running browser: the build without windows, which costs about half of the whole one."""
    with sync_playwright() as driver:
        shell = process.program("chromium-headless-shell")
        browser = driver.chromium.launch(executable_path=shell, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def whole(beside: Browser) -> Iterator[Browser]:
    """Lend the browser that also shows notifications; the driver of the other one starts it."""
    browser = beside.browser_type.launch(executable_path=process.program("chromium"), args=FLAGS)
    yield browser
    browser.close()
