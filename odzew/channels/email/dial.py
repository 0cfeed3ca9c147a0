"""Which server an account talks to, and how its line is made safe."""

import socket
import ssl
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.lib import outward
from odzew.lib.sealing import CannotOpen

PORTS = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}
PATIENCE = 60.0  # seconds for one answer of a server


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox is read or mail is handed in. `security` is tls, starttls or none."""

    host: str
    port: int
    security: str
    user: str
    ca_file: str


def server(account: Account, part: str) -> Server:
    """Return the `imap` or `smtp` server of the account; the safest line where nothing is said.

    :raises ChannelError: when the settings name none, or a security nobody knows
    """
    given = account.settings.get(part) or {}
    security = given.get("security") or "tls"
    if (part, security) not in PORTS:
        raise ChannelError(
            _("“%(security)s” is no kind of security: choose tls, starttls or none.") % {"security": security}
        )
    if not given.get("host"):
        raise ChannelError(_("No server is set for this mailbox: enter its name in the settings."))
    port = int(given.get("port") or PORTS[part, security])
    ca_file = account.settings.get("ca_file", "")
    return Server(given["host"].strip(), port, security, given.get("user", ""), ca_file)


def secrets(account: Account) -> dict[str, Any]:
    """Return the passwords, tokens and keys of the account.

    :raises ChannelError: when they were sealed with another key
    """
    try:
        return account.secrets
    except CannotOpen as error:
        raise ChannelError(str(error)) from error


def authorities(account: Account) -> ssl.SSLContext:
    """Return a context that checks certificate and name, with the system's authorities and our own.

    :raises ChannelError: when the file of the account's own authority cannot be read
    """
    return _context(account.settings.get("ca_file", ""))


def tls(server: Server) -> ssl.SSLContext:
    """Return the context for a line to this server, as `authorities` does."""
    return _context(server.ca_file)


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            said = _("The file of certificates %(file)s cannot be read: %(error)s")
            raise ChannelError(said % {"file": ca_file, "error": error}) from error
    return context


def wrapped(server: Server, raw: socket.socket) -> ssl.SSLSocket:
    """Return the line under TLS; it is closed when that fails.

    :raises ssl.SSLError: when certificate or name are not what they should be
    """
    try:
        return tls(server).wrap_socket(raw, server_hostname=server.host)
    except BaseException:
        raw.close()
        raise


def dial(server: Server, timeout: float = PATIENCE) -> socket.socket:
    """Return an open line to the server; its name is looked up once.

    :raises ChannelError: when the address is one no mail server has (link-local: the metadata
        service of a cloud lies there; multicast)
    :raises OSError: when nobody answers
    """
    failure: OSError | None = None
    found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    for *_kind, address in found:
        ip = str(address[0])
        _refuse_odd(ip)
        try:
            return socket.create_connection((ip, server.port), timeout)
        except OSError as error:
            failure = error
    raise failure or OSError(f"no address for {server.host}")


def why_not(error: BaseException, server: Server) -> str:
    """Return in human words why the line failed, and what to do next."""
    at = {"host": server.host, "port": server.port, "said": words(error)}
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of %(host)s cannot be trusted: check the server's name. (%(said)s)") % at
    if isinstance(error, ssl.SSLError):
        return _("%(host)s:%(port)d speaks no TLS: check port and security. (%(said)s)") % at
    if isinstance(error, socket.gaierror):
        return _("There is no server named %(host)s: check its name. (%(said)s)") % at
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody answers at %(host)s:%(port)d: check name and port. (%(said)s)") % at
    if isinstance(error, TimeoutError):
        return _("%(host)s:%(port)d does not answer in time: check name, port and security. (%(said)s)") % at
    return _("The line to %(host)s:%(port)d failed; we try again. (%(said)s)") % at


def words(error: BaseException) -> str:
    """Return what the server or the system said, on one line."""
    said = error.args[-1] if error.args else type(error).__name__
    plain = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(plain.split())[:500]


def _refuse_odd(address: str) -> None:
    if outward.is_odd(address):
        said = _("%(address)s is no address of a mail server, so we do not connect to it.")
        raise ChannelError(said % {"address": address})
