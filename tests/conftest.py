"""What all tests share: no network, examples of Hypothesis, real servers on loopback."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from odzew.search import index
from odzew.webhooks import triggers
from tests import blank, drop, flush, network
from tests.servers.browser import chromium as running_chromium
from tests.servers.desk import Desk, desk as running_desk
from tests.servers.dovecot import Dovecot, dovecot as running_dovecot
from tests.servers.exim import Exim, exim as running_exim
from tests.servers.mailboxes import Mailboxes, mailboxes as place_for_mailboxes
from tests.servers.postgres import Cluster, cluster as running_cluster

slow_machine = [HealthCheck.too_slow]
settings.register_profile("commit", max_examples=30, deadline=None, suppress_health_check=slow_machine)
settings.register_profile("nightly", max_examples=5_000, deadline=None, suppress_health_check=slow_machine)
# Folders, and files, whose tests take long.
LONG = {"stories", "faults", "browser", "test_access.py", "test_reports.py", "test_start.py"}
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "commit"))


def pytest_configure() -> None:
    network.forbid()
    flush.allow()
    drop.by_force()
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, tests only


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, in whatever order, so that no process ends with it alone."""
    items.sort(key=lambda item: LONG.isdisjoint({item.path.name, item.path.parent.name}))


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the rounds of the collector: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    blank.for_the_tests()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        index.prepare()  # as the worker does when it starts
        triggers.arm()
        flush.remember()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Let no test speak the language of the request that the one before it made."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL cluster that syncs its commits; `url` is its DATABASE_URL."""
    with running_cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def mailboxes() -> Iterator[Mailboxes]:
    """Mailboxes shown by `dovecot` and filled by `exim`; take an address of your own for each test."""
    with place_for_mailboxes() as boxes:
        yield boxes


@pytest.fixture(scope="session")
def dovecot(mailboxes: Mailboxes) -> Iterator[Dovecot]:
    """A running Dovecot: `imap_port` (STARTTLS), `imaps_port`, `certificate`."""
    with running_dovecot(mailboxes) as server:
        yield server


@pytest.fixture(scope="session")
def exim(mailboxes: Mailboxes) -> Iterator[Exim]:
    """A running Exim: `smtp_port`, `submission_port`, `smtps_port`, `certificate`, `route(domain, port)`."""
    with running_exim(mailboxes) as server:
        yield server


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A running `odzew serve --empty` with books of its own: `url`, `smtp_port`, `sign_in()`, `kill()`."""
    with running_desk() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running browser; not for the whole session, as its driver keeps an event loop running."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page in Polish time; an error in the page's own scripts fails the test."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Warsaw")
    fresh = context.new_page()
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    yield fresh
    context.close()
    assert errors == []
