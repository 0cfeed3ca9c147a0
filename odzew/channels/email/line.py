"""A line to a submission server: dialled, secured, signed in (RFC 5321, 3207, 4954, 6409)."""

import base64
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError
from odzew.channels.email import dial, headers, oauth
from odzew.channels.models import Account


class Line(smtplib.SMTP):
    """smtplib with our own dialling, and TLS that is never silently dropped."""

    def __init__(self, server: dial.Server, own_name: str, patience: float) -> None:
        super().__init__(local_hostname=own_name, timeout=patience)
        self.server = server

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = dial.dial(self.server, timeout)
        return dial.wrapped(self.server, raw) if self.server.security == "tls" else raw

    def greet(self) -> None:
        """Dial, and tell each other who we are."""
        self._host = self.server.host  # starttls() checks the name by it
        expect(220, *self.connect(self.server.host, self.server.port))
        self.ehlo_or_helo_if_needed()

    def secure(self) -> None:
        """Turn to TLS when STARTTLS is set, or fail: nothing goes out in the clear by itself."""
        if self.server.security != "starttls":
            return
        if not self.has_extn("starttls"):
            raise ChannelError(
                _("The server offers no STARTTLS. The mail was not sent: nothing goes out in the clear.")
            )
        expect(220, *self.starttls(context=dial.tls(self.server)))
        self.ehlo_or_helo_if_needed()

    def sign_in(self, account: Account) -> None:
        """Sign in by token or by password; not at all without a user."""
        if oauth.is_used(account):
            self._by_token(self.server.user or account.address, account)
        elif self.server.user:
            self._by_password(self.server.user, str(dial.secrets(account).get("smtp_password", "")))

    def _by_password(self, user: str, password: str) -> None:
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered or "LOGIN" not in offered:
            expect(235, *self.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}"))
        else:
            expect(334, *self.docmd("AUTH", f"LOGIN {_base64(user)}"))
            expect(235, *self.docmd(_base64(password)))

    def _by_token(self, user: str, account: Account) -> None:
        words = oauth.answer(user, oauth.token(account))
        code, said = self.docmd("AUTH", f"XOAUTH2 {_base64(words)}")
        if code == 334:  # the reason comes first, the refusal after an empty line
            code, said = self.docmd("")
        if code != 235:
            oauth.forget(account)
        expect(235, code, said)


@contextmanager
def opened(account: Account, patience: float = dial.PATIENCE) -> Iterator[Line]:
    """Lend a line to the account's server, secured and signed in.

    :raises ChannelError: when a stage fails; it says which
    """
    line = dialled(account, patience)
    try:
        signed_in(line, account)
        yield line
        say_goodbye(line)
    finally:
        line.close()


def dialled(account: Account, patience: float = dial.PATIENCE) -> Line:
    """Return a line that is secured, not signed in yet.

    :raises ChannelError: when there is none
    """
    server = dial.server(account, "smtp")
    line = Line(server, headers.wire_address(account.address).partition("@")[2], patience)
    try:
        with stage(server):
            line.greet()
            line.secure()
    except BaseException:
        line.close()
        raise
    return line


def signed_in(line: Line, account: Account) -> None:
    """Sign in.

    :raises ChannelError: when the server does not take it
    """
    try:
        with stage(line.server):
            line.sign_in(account)
    except ChannelError as error:
        if not error.permanent:
            raise
        said = _("The server refused the sign-in: check user name and password. (%(said)s)")
        raise ChannelError(said % {"said": error}, permanent=True) from error


def probe_sender(line: Line, address: str) -> None:
    """Ask whether the server lets us write as `address`, and take it back; nothing is sent.

    :raises ChannelError: when it does not
    """
    with stage(line.server):
        expect(250, *line.mail(headers.wire_address(address)))
        line.rset()


def say_goodbye(line: Line) -> None:
    """Say good-bye; what the server says to it changes nothing."""
    with suppress(smtplib.SMTPException, OSError):
        if line.sock:
            line.sock.settimeout(5)
        line.quit()


@contextmanager
def stage(server: dial.Server) -> Iterator[None]:
    """Turn what goes wrong before the final dot into a ChannelError, permanent after a 5xx."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise ChannelError(words(code, error.smtp_error), permanent=500 <= code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelError(dial.why_not(error, server)) from error


def expect(wanted: int, code: int, said: bytes) -> None:
    """Return when the reply is of the wanted kind.

    :raises smtplib.SMTPResponseException: when it is not
    """
    if code // 100 != wanted // 100:
        refuse(code, said)


def refuse(code: int, said: bytes) -> None:
    """Never return.

    :raises smtplib.SMTPResponseException: always
    """
    raise smtplib.SMTPResponseException(code, said)


def words(code: int, said: bytes | str) -> str:
    """Return a reply on one line."""
    plain = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return f"{code} {' '.join(plain.split())}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
