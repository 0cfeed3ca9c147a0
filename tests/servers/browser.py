"""Debian's Chromium, driven by playwright; no browser is ever fetched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers import process


@contextmanager
def chromium() -> Iterator[Browser]:
    """Lend a running browser without a window."""
    # Chromium's own sandbox refuses to work for root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=process.program("chromium"), args=flags)
        yield browser
        browser.close()
