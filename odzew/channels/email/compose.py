"""A mail of ours as bytes (RFC 5322, 2045, 2047, 2231, 3834)."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from odzew.channels.base import Enclosure, Outgoing
from odzew.channels.email import headers

_ASCII = SMTP.clone(cte_type="7bit")
_UTF8 = _ASCII.clone(utf8=True)
# A report or a mail inside a mail must not be encoded (RFC 2046 §5.2.1), so they travel as plain files.
_NOT_AS_FILE = ("multipart", "message")


def compose(outgoing: Outgoing) -> bytes:
    """Return the mail, ready for the wire but for its signature.

    :raises ChannelError: (permanent) when a value would forge header fields or is no address
    """
    top = _top(outgoing)
    # The fields below the top may hold letters as they are only where the address at the top does.
    policy = _ASCII if top.isascii() else _UTF8
    return top.encode() + _body(outgoing).as_bytes(policy=policy)


def _top(outgoing: Outgoing) -> str:
    values = {
        "From": headers.person(outgoing.sender_name, outgoing.sender, "From"),
        "To": headers.people(outgoing.to, "To"),
        "Cc": headers.people(outgoing.cc, "Cc"),
        "Reply-To": headers.wire_address(outgoing.reply_to, "Reply-To") if outgoing.reply_to else "",
        "Subject": headers.text(outgoing.subject, "Subject"),
        "Date": format_datetime(outgoing.date),
        "Message-ID": headers.identifiers([outgoing.message_id], "Message-ID"),
        "In-Reply-To": headers.identifiers([outgoing.in_reply_to], "In-Reply-To"),
        "References": headers.identifiers(outgoing.references, "References"),
        "Content-Language": headers.text(outgoing.language, "Content-Language"),
        # RFC 3834 §5; the second is what Exchange listens to ([MS-OXCMAIL] 2.1.3.2.20).
        "Auto-Submitted": _machine(outgoing),
        "X-Auto-Response-Suppress": "All" if _machine(outgoing) else "",
    }
    return "".join(headers.field(name, value) for name, value in values.items())


def _machine(outgoing: Outgoing) -> str:
    return "auto-replied" if outgoing.automatic else "auto-generated" if outgoing.generated else ""


def _body(outgoing: Outgoing) -> EmailMessage:
    body = EmailMessage(policy=_ASCII)
    body.set_content(_clean(outgoing.text))
    shown = [e for e in outgoing.enclosures if e.content_id and outgoing.html]
    if outgoing.html:
        body.add_alternative(_clean(outgoing.html), subtype="html")
        for enclosure in shown:
            html = body.get_payload()[-1]  # type: ignore[index]
            _enclose(html, enclosure)  # type: ignore[arg-type]
    for enclosure in outgoing.enclosures:
        if enclosure not in shown:
            _enclose(body, enclosure)
    return body


def _enclose(part: EmailMessage, enclosure: Enclosure) -> None:
    what = enclosure.filename or enclosure.content_id
    maintype, _slash, subtype = headers.plain(enclosure.content_type, what).lower().partition("/")
    if not subtype or maintype in _NOT_AS_FILE or not (maintype + subtype).isascii():
        maintype, subtype = "application", "octet-stream"
    name = headers.plain(enclosure.filename, what) or None
    if enclosure.content_id and part.get_content_type() in ("text/html", "multipart/related"):
        cid = headers.identifiers([enclosure.content_id], what)
        part.add_related(enclosure.content, maintype, subtype, disposition="inline", filename=name, cid=cid)
    else:
        part.add_attachment(enclosure.content, maintype, subtype, filename=name)


def _clean(text: str) -> str:
    """Return the text with half characters replaced and without NULs, which no mail may hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
