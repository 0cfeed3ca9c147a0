"""The test of a mailbox: stage by stage, with what went wrong and what to do next."""

import socket
from collections.abc import Callable, Generator, Iterator

from django.utils.translation import gettext as _
from imapclient import IMAPClient

from odzew.channels.base import ChannelError, Check
from odzew.channels.email import dial, line, mailbox, oauth, poll
from odzew.channels.models import Account

PATIENCE = 15.0  # seconds; a person is waiting
Stage = tuple[str, Callable[[], str]]


def check(account: Account) -> list[Check]:
    """Return what came of trying the servers of a mailbox; nothing is sent, marked or kept."""
    found = []
    if (account.settings.get("imap") or {}).get("host"):
        found += list(_stages(_reading(account)))
    if (account.settings.get("smtp") or {}).get("host"):
        found += list(_stages(_handing_in(account)))
    return found or [Check(False, _("Settings"), _("No server is set for this mailbox: enter its name."))]


def _stages(stages: Generator[Stage, None, None]) -> Iterator[Check]:
    """Return what came of each stage; what stands on a failed one is not tried."""
    for what, attempt in stages:
        try:
            yield Check(True, what, attempt())
        except ChannelError as error:
            yield Check(False, what, str(error))
            break
    stages.close()  # and the line with it


def _reading(account: Account) -> Generator[Stage, None, None]:
    held: list[IMAPClient] = []

    def connect() -> str:
        held.append(mailbox.connect(dial.server(account, "imap"), PATIENCE))
        mailbox.secure(held[0])
        return _secured(held[0].server)

    def sign_in() -> str:
        mailbox.sign_in(held[0], account)
        return _("The server took the user name and the password.")

    def look() -> str:
        place = poll.open_place(held[0], account)
        return _("There are %(count)d mails in “%(folder)s”.") % {
            "count": place.count,
            "folder": place.folder,
        }

    try:
        yield _("Reading mail (IMAP): the server's name"), lambda: _known(dial.server(account, "imap"))
        yield _("Reading mail (IMAP): a safe line"), connect
        yield _("Reading mail (IMAP): signing in"), sign_in
        yield _("Reading mail (IMAP): the folder"), lambda: _said(look)
    finally:
        for client in held:
            mailbox.close(client)


def _handing_in(account: Account) -> Generator[Stage, None, None]:
    held: list[line.Line] = []

    def connect() -> str:
        held.append(line.dialled(account, PATIENCE))
        return _secured(held[0].server)

    def sign_in() -> str:
        line.signed_in(held[0], account)
        if not held[0].server.user and not oauth.is_used(account):
            return _("No user name is set, so we hand mail in without signing in.")
        return _("The server took the user name and the password.")

    def sender() -> str:
        line.probe_sender(held[0], account.address)
        return _("The server lets us write as %(address)s.") % {"address": account.address}

    try:
        yield _("Handing mail in (SMTP): the server's name"), lambda: _known(dial.server(account, "smtp"))
        yield _("Handing mail in (SMTP): a safe line"), connect
        yield _("Handing mail in (SMTP): signing in"), sign_in
        yield _("Handing mail in (SMTP): our address"), sender
    finally:
        for each in held:
            line.say_goodbye(each)
            each.close()


def _known(server: dial.Server) -> str:
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelError(dial.why_not(error, server)) from error
    addresses = dict.fromkeys(str(address[0]) for *_kind, address in found)
    return _("%(host)s is %(addresses)s.") % {"host": server.host, "addresses": ", ".join(addresses)}


def _secured(server: dial.Server) -> str:
    at = {"host": server.host, "port": server.port}
    if server.security == "none":
        return _("%(host)s:%(port)d answers. The line is in the clear, as the settings say.") % at
    return _("%(host)s:%(port)d answers, and its certificate is good.") % at


def _said(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except mailbox.FAILURES as error:
        raise ChannelError(dial.words(error)) from error
