"""Handing a mail in, stage by stage, so that what happened is always known (RFC 5321, 6409)."""

import base64
import contextlib
import re
import smtplib
import socket
from collections.abc import Iterator, Sequence

import dkim
from django.utils.translation import gettext as _

from odzew.channels.base import Bounced, ChannelError, Receipt
from odzew.channels.email import dial, headers, oauth
from odzew.channels.email.compose import compose
from odzew.channels.models import Account

__all__ = ["compose", "open_line", "sign", "submit"]

_LAST_WORD = 600.0  # seconds for the answer to the final dot (RFC 5321 §4.5.3.2.6)
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_BARE_END = re.compile(rb"\r\n|\r|\n")


def sign(content: bytes, domain: str, selector: str, key: str) -> bytes:
    """Return the mail with a DKIM signature on top (RFC 6376; relaxed/relaxed, rsa-sha256).

    :raises ChannelError: when the key is none
    """
    try:
        signature: bytes = dkim.sign(
            content,
            selector.encode(),
            headers.wire_address(f"dkim@{domain}").partition("@")[2].encode(),
            key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
        )
    except (dkim.DKIMException, ValueError, IndexError) as error:
        said = _("The DKIM key of this mailbox cannot be read: %(error)s")
        raise ChannelError(said % {"error": error}) from error
    return signature + content


def submit(
    account: Account,
    mail_from: str,
    recipients: Sequence[str],
    content: bytes,
    *,
    patience: float = dial.PATIENCE,
    last_word: float = _LAST_WORD,
) -> Receipt:
    """Hand the mail to the account's server and return what it said, and whom it refused.

    :raises ChannelError: permanent after a 5xx, in doubt when the server may have taken it
    """
    content = _BARE_END.sub(b"\r\n", content)
    line = open_line(account, patience)
    with _closing(line), _stage():
        _mail(line, mail_from, recipients, content)
        refused = _rcpt(line, recipients)
        _body(line, content)
        return Receipt(_final_dot(line, last_word), refused)


def open_line(account: Account, patience: float = dial.PATIENCE) -> smtplib.SMTP:
    """Return a line to the account's server, secured and signed in.

    :raises ChannelError: when a stage fails; it says which
    """
    server = dial.server(account, "smtp")
    line = _Line(server, headers.wire_address(account.address).partition("@")[2], patience)
    try:
        with _stage():
            line.greet()
            line.secure()
            line.sign_in(account)
    except BaseException:
        line.close()
        raise
    return line


class _Line(smtplib.SMTP):
    """smtplib with our own dialling, and TLS that is never silently dropped."""

    def __init__(self, server: dial.Server, own_name: str, patience: float) -> None:
        super().__init__(local_hostname=own_name, timeout=patience)
        self.server = server

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = dial.dial(self.server, timeout)
        return dial.wrapped(self.server, raw) if self.server.security == "tls" else raw

    def greet(self) -> None:
        self._host = self.server.host  # starttls() checks the name by it
        code, said = self.connect(self.server.host, self.server.port)
        _expect(220, code, said)
        self.ehlo_or_helo_if_needed()

    def secure(self) -> None:
        if self.server.security != "starttls":
            return
        if not self.has_extn("starttls"):
            raise ChannelError(
                _("The server offers no STARTTLS. The mail was not sent: nothing goes out in the clear.")
            )
        _expect(220, *self.starttls(context=dial.tls(self.server)))
        self.ehlo_or_helo_if_needed()

    def sign_in(self, account: Account) -> None:
        if not self.server.user:
            return
        offered = self.esmtp_features.get("auth", "").upper().split()
        if oauth.is_used(account):
            self._xoauth2(account)
        elif "PLAIN" in offered or "LOGIN" not in offered:
            words = f"\0{self.server.user}\0{dial.secrets(account).get('smtp_password', '')}"
            _expect(235, *self.docmd("AUTH", f"PLAIN {_base64(words)}"))
        else:
            _expect(334, *self.docmd("AUTH", f"LOGIN {_base64(self.server.user)}"))
            _expect(235, *self.docmd(_base64(dial.secrets(account).get("smtp_password", ""))))

    def _xoauth2(self, account: Account) -> None:
        words = oauth.answer(self.server.user, oauth.token(account))
        code, said = self.docmd("AUTH", f"XOAUTH2 {_base64(words)}")
        if code == 334:  # the reason comes first, the refusal after an empty line
            code, said = self.docmd("")
        if code != 235:
            oauth.forget(account)
        _expect(235, code, said)


def _mail(line: smtplib.SMTP, mail_from: str, recipients: Sequence[str], content: bytes) -> None:
    addresses = [headers.wire_address(a) for a in [*([mail_from] if mail_from else []), *recipients]]
    options = []
    if line.has_extn("size"):
        limit = int(line.esmtp_features["size"] or 0)
        if 0 < limit < len(content):
            said = _("The mail has %(size)d bytes, and the server takes no more than %(limit)d.")
            raise ChannelError(said % {"size": len(content), "limit": limit}, permanent=True)
        options.append(f"SIZE={len(content)}")
    if not all(a.isascii() for a in addresses) or not content.partition(b"\r\n\r\n")[0].isascii():
        _need(line, "smtputf8")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
        line.command_encoding = "utf-8"
    _expect(250, *line.mail(headers.wire_address(mail_from) if mail_from else "", options))


def _need(line: smtplib.SMTP, extension: str) -> None:
    if not line.has_extn(extension):
        said = _("The server cannot deliver to an address with letters outside ASCII before the @.")
        raise ChannelError(said, permanent=True)


def _rcpt(line: smtplib.SMTP, recipients: Sequence[str]) -> tuple[Bounced, ...]:
    """Name the recipients, and return those the server does not take."""
    refused = []
    for address in recipients:
        code, said = line.rcpt(headers.wire_address(address))
        if code == 421:
            _refuse(code, said)
        if code not in (250, 251, 252):
            refused.append(Bounced(address, code >= 500, _words(code, said)))
    if len(refused) == len(recipients):
        permanent = bool(refused) and all(each.permanent for each in refused)
        raise ChannelError("; ".join(f"{each.address}: {each.said}" for each in refused), permanent=permanent)
    return tuple(refused)


def _body(line: smtplib.SMTP, content: bytes) -> None:
    """Send all but the final dot; until that stands, no server may deliver (RFC 5321 §4.1.1.4)."""
    _expect(354, *line.docmd("DATA"))
    stuffed = _LINE_START_DOT.sub(b"..", content)
    line.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")


def _final_dot(line: smtplib.SMTP, last_word: float) -> str:
    """Send the dot and return the answer. From here on, silence is doubt."""
    try:
        if line.sock:
            line.sock.settimeout(last_word)
        line.send(b".\r\n")
        code, said = line.getreply()
    except BrokenPipeError:
        raise  # the line had ended before the dot, which therefore never left us
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelError(_silence(error), in_doubt=True) from error
    if not 200 <= code < 600:
        raise ChannelError(_silence(_words(code, said)), in_doubt=True)
    _expect(250, code, said)
    return _words(code, said)


def _silence(error: object) -> str:
    said = _("The server was silent after the end of the mail, so it may or may not have it: %(error)s")
    return said % {"error": error}


@contextlib.contextmanager
def _stage() -> Iterator[None]:
    """Turn what goes wrong before the final dot into a ChannelError."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise ChannelError(_words(code, error.smtp_error), permanent=500 <= code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelError(_("The line to the mail server failed: %(error)s") % {"error": error}) from error


@contextlib.contextmanager
def _closing(line: smtplib.SMTP) -> Iterator[None]:
    """Close the line afterwards; what the server says to our good-bye changes nothing."""
    try:
        yield
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if line.sock:
                line.sock.settimeout(5)
            line.quit()
    finally:
        line.close()


def _expect(wanted: int, code: int, said: bytes) -> None:
    if code // 100 != wanted // 100:
        _refuse(code, said)


def _refuse(code: int, said: bytes) -> None:
    raise smtplib.SMTPResponseException(code, said)


def _words(code: int, said: bytes | str) -> str:
    plain = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return f"{code} {' '.join(plain.split())}"


def _base64(words: str) -> str:
    return base64.b64encode(words.encode()).decode()
