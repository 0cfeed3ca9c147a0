"""A line to a mailbox: dialled, secured, signed in, looked into without leaving a trace."""

import imaplib
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from odzew.channels.base import ChannelError
from odzew.channels.email import dial, oauth
from odzew.channels.models import Account

logging.getLogger("imapclient").setLevel(logging.WARNING)  # it tells of every line it closes

FAILURES = (IMAPClientError, imaplib.IMAP4.error, OSError)
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")


class _Wire(imaplib.IMAP4):
    """imaplib with our own dialling."""

    def __init__(self, server: dial.Server, patience: float) -> None:
        self.server = server
        super().__init__(server.host, server.port, patience)

    def _create_socket(self, timeout: float) -> socket.socket:
        raw = dial.dial(self.server, timeout)
        if self.server.security != "tls":
            return raw
        return dial.wrapped(self.server, raw)


class _Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient on our own wire."""

    def __init__(self, server: dial.Server, patience: float) -> None:
        self.server = server
        self.patience = patience
        super().__init__(server.host, server.port, ssl=False, timeout=patience)
        self.normalise_times = False  # moments stay aware

    def _create_IMAP4(self) -> _Wire:
        return _Wire(self.server, self.patience)


@contextmanager
def opened(account: Account, patience: float = dial.PATIENCE) -> Iterator[IMAPClient]:
    """Lend a line to the mailbox of the account, secured and signed in.

    :raises ChannelError: when it cannot be had; it says what to do next
    """
    client = connect(dial.server(account, "imap"), patience)
    try:
        secure(client)
        sign_in(client, account)
        yield client
    finally:
        close(client)


def connect(server: dial.Server, patience: float = dial.PATIENCE) -> IMAPClient:
    """Return a line that the server has greeted; with TLS from the first byte where that is set.

    :raises ChannelError: when there is none
    """
    try:
        return _Client(server, patience)
    except FAILURES as error:
        raise ChannelError(dial.why_not(error, server)) from error


def secure(client: IMAPClient) -> None:
    """Turn to TLS when STARTTLS is set; it is never left out because the server does not offer it.

    :raises ChannelError: when that fails
    """
    if client.server.security != "starttls":
        return
    if not client.has_capability("STARTTLS"):
        raise ChannelError(
            _("The server offers no STARTTLS, so we did not sign in: nothing goes out in the clear.")
        )
    try:
        client.starttls(dial.tls(client.server))
    except FAILURES as error:
        raise ChannelError(dial.why_not(error, client.server)) from error


def sign_in(client: IMAPClient, account: Account) -> None:
    """Sign in by token or by password.

    :raises ChannelError: when the server does not take it
    """
    user = client.server.user or account.address
    try:
        if oauth.is_used(account):
            client.oauth2_login(user, oauth.token(account))
        else:
            _by_password(client, user, str(dial.secrets(account).get("imap_password", "")))
    except LoginError as error:
        oauth.forget(account)
        said = _("The mailbox refused the sign-in: check user name and password. (%(said)s)")
        refused = "[UNAVAILABLE]" not in str(error).upper()  # the server only cannot look now (RFC 5530 §3)
        raise ChannelError(said % {"said": dial.words(error)}, permanent=refused) from error
    except FAILURES as error:
        raise ChannelError(dial.why_not(error, client.server)) from error


def look_into(client: IMAPClient, folder: str) -> dict[bytes, Any]:
    """Open the folder for reading only, so that no mail is marked, and return what the server says of it.

    :raises ChannelError: when there is no such folder
    """
    try:
        said: dict[bytes, Any] = client.select_folder(folder, readonly=True)
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        told = _("The folder “%(folder)s” cannot be opened: choose one that exists. (%(said)s)")
        raise ChannelError(told % {"folder": folder, "said": dial.words(error)}) from error
    return said


def close(client: IMAPClient) -> None:
    """Say good-bye; what the server says to it changes nothing."""
    with suppress(*FAILURES):
        client.socket().settimeout(5)
        client.logout()
    with suppress(*FAILURES):
        client.shutdown()


def _by_password(client: IMAPClient, user: str, password: str) -> None:
    if _UNPRINTED.search(user + password):
        raise ChannelError(_("The user name or the password holds a sign that cannot be typed."))
    if client.has_capability("AUTH=PLAIN"):
        client.plain_login(user, password)  # takes letters outside ASCII (RFC 4616)
    else:
        quoted = user.replace("\\", r"\\").replace('"', r"\"")
        client.login(f'"{quoted}"', password)
