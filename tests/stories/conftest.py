"""One running desk for all tests of a story file."""

from collections.abc import Iterator

import pytest

from tests.servers.exim import Exim
from tests.servers.mailboxes import Mailboxes
from tests.stories.shop import Shop, shop as running_shop


@pytest.fixture(scope="module")
def shop(exim: Exim, mailboxes: Mailboxes) -> Iterator[Shop]:
    """A desk between real mail servers; the books are audited when it ends."""
    with running_shop(exim, mailboxes) as running:
        yield running
