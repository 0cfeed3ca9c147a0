"""One running desk for the stories of a process, and one whose clock they move."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.servers.browser import chromium as running_chromium
from tests.servers.clock import Clock
from tests.servers.exim import Exim
from tests.servers.mailboxes import Mailboxes
from tests.stories.shop import Shop, shop as running_shop
from tests.stories.window import Screen


@pytest.fixture(scope="session")
def shop(exim: Exim, mailboxes: Mailboxes) -> Iterator[Shop]:
    """A desk between real mail servers, with customers of its own for each test; audited when it ends."""
    with running_shop(exim, mailboxes) as running:
        yield running


@pytest.fixture(scope="session")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """The clock of `moved`: each story moves it on from where it finds it, and never back."""
    return Clock(tmp_path_factory.mktemp("clock") / "clock")


@pytest.fixture(scope="session")
def moved(exim: Exim, mailboxes: Mailboxes, clock: Clock) -> Iterator[Shop]:
    """A desk whose clock the stories move; audited when it ends."""
    with running_shop(exim, mailboxes, domain="moved.localhost", **clock.environment) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A running browser for the stories that follow each other; its driver's loop ends with them."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def screen(moved: Shop, clock: Clock, chromium: Browser) -> Iterator[Screen]:
    """A browser and a telephone that look at the desk whose clock is moved."""
    lent = Screen(chromium, moved.desk.url, clock)
    yield lent
    lent.close()
