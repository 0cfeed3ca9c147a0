"""What tests of messengers have in common: their server, an answer of the agent, somebody who signs in."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from odzew.channels import provider
from odzew.conversations import replying
from odzew.conversations.models import Conversation, Message
from odzew.ledger import books
from odzew.lib.clock import now
from odzew.outbox import deliver
from odzew.staff.models import Person
from tests.features.letters import Desk
from tests.servers.mailboxes import Mailboxes

Running = tuple[Any, ssl.SSLContext]


def lent(server: Callable[[Path, Path], AbstractContextManager[Any]], boxes: Mailboxes) -> Iterator[Running]:
    """Lend one server for all tests of a file, and whom it is believed by."""
    with server(boxes.certificate, boxes.key) as running:
        yield running, ssl.create_default_context(cafile=str(boxes.certificate))


def anew(running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the server as it begins: asked for nothing yet, and reached by the desk."""
    server, believed = running
    vars(server).update(vars(type(server)(port=server.port)))
    settings.PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setattr(provider, "authorities", lambda: believed)
    return server


def reply(desk: Desk, text: str = "It left on Monday.", **more: Any) -> Message:
    """Let the agent answer all that is owed in the one conversation."""
    talk = Conversation.objects.get()
    owed = [debt.id for debt in books.open_debts([talk.pk])]
    return replying.reply(talk, desk.agent, text, now(), pays=owed, **more)


def send_all() -> None:
    """Let all go out that waits."""
    while deliver.step():
        pass


def signed_in(person: Person) -> Client:
    """Return a browser in which somebody has signed in."""
    browser = Client()
    browser.force_login(person)
    return browser
