"""Handing a mail in, stage by stage, so that what happened is always known (RFC 5321, 6409)."""

import re
import smtplib
from collections.abc import Sequence

import dkim
from django.utils.translation import gettext as _

from odzew.channels.base import Bounced, ChannelError, Receipt
from odzew.channels.email import dial, headers
from odzew.channels.email.compose import compose
from odzew.channels.email.line import Line, expect, opened, refuse, stage, words
from odzew.channels.models import Account

__all__ = ["compose", "sign", "submit"]

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
    needed: int = 0,
    patience: float = dial.PATIENCE,
    last_word: float = _LAST_WORD,
) -> Receipt:
    """Hand the mail to the account's server and return what it said, and whom it refused.

    Without the first `needed` recipients nobody gets it: copies alone are no answer (law 4).

    :raises ChannelError: permanent after a 5xx, in doubt when the server may have taken it
    """
    content = _BARE_END.sub(b"\r\n", content)
    with opened(account, patience) as line, stage(line.server):
        _mail(line, mail_from, recipients, content)
        refused = _rcpt(line, recipients, needed)
        _body(line, content)
        return Receipt(_final_dot(line, last_word), refused)


def _mail(line: Line, mail_from: str, recipients: Sequence[str], content: bytes) -> None:
    addresses = [headers.wire_address(a) for a in [*([mail_from] if mail_from else []), *recipients]]
    options = []
    if line.has_extn("size"):
        given = line.esmtp_features["size"]
        limit = int(given) if given.isdecimal() else 0
        if 0 < limit < len(content):
            said = _("The mail has %(size)d bytes, and the server takes no more than %(limit)d.")
            raise ChannelError(said % {"size": len(content), "limit": limit}, permanent=True)
        options.append(f"SIZE={len(content)}")
    if not all(a.isascii() for a in addresses) or not content.partition(b"\r\n\r\n")[0].isascii():
        _need(line, "smtputf8")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
        line.command_encoding = "utf-8"
    expect(250, *line.mail(headers.wire_address(mail_from) if mail_from else "", options))


def _need(line: Line, extension: str) -> None:
    if not line.has_extn(extension):
        said = _("The server cannot deliver to an address with letters outside ASCII before the @.")
        raise ChannelError(said, permanent=True)


def _rcpt(line: Line, recipients: Sequence[str], needed: int) -> tuple[Bounced, ...]:
    """Name the recipients, and return those the server does not take."""
    refused = []
    for address in recipients:
        code, said = line.rcpt(headers.wire_address(address))
        if code == 421:
            refuse(code, said)
        if code not in (250, 251, 252):
            refused.append(Bounced(address, code >= 500, words(code, said)))
    lost = [each for each in refused if each.address in recipients[:needed]]
    if len(refused) == len(recipients):
        lost = lost or refused
    if lost or not recipients:
        permanent = bool(lost) and all(each.permanent for each in lost)
        raise ChannelError("; ".join(f"{each.address}: {each.said}" for each in lost), permanent=permanent)
    return tuple(refused)


def _body(line: Line, content: bytes) -> None:
    """Send all but the final dot; until that stands, no server may deliver (RFC 5321 §4.1.1.4)."""
    expect(354, *line.docmd("DATA"))
    stuffed = _LINE_START_DOT.sub(b"..", content)
    line.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")


def _final_dot(line: Line, last_word: float) -> str:
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
        raise ChannelError(_silence(words(code, said)), in_doubt=True)
    expect(250, code, said)
    return words(code, said)


def _silence(error: object) -> str:
    said = _("The server was silent after the end of the mail, so it may or may not have it: %(error)s")
    return said % {"error": error}
