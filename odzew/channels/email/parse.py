"""Raw mail read into a value the desk can work with; never raises, drops nothing, keeps its limits.

``parse`` is the whole surface together with ``content``, which gives the bytes of one attachment again:
attachments are not stored a second time.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from odzew.channels.email import attached, body, charset, fields, mime, transfer
from odzew.channels.email.addresses import Address
from odzew.language import automatic, bounces
from odzew.language.quotes_html import to_text

__all__ = ["Address", "Attachment", "Mail", "content", "parse"]

_LANG = re.compile(r"<html[^>]{0,300}?\blang\s*=\s*[\"']?([a-zA-Z]{2})\b", re.IGNORECASE)
_MAX_REPORT = 200_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; ``index`` asks for its bytes, ``note`` says what is special about it."""

    index: int
    filename: str
    content_type: str
    size: int
    sha1: str
    sha256: str
    content_id: str
    inline: bool
    note: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as the desk sees it; ``text`` is plain in any case, ``automatic`` is '' when a person wrote."""

    subject: str
    from_email: str
    from_name: str
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    delivered_to: list[str]
    date: datetime | None
    message_id: str | None
    in_reply_to: str | None
    references: list[str]
    text: str
    html: str | None
    attachments: list[Attachment]
    headers: dict[str, list[str]]
    language_hint: str
    automatic: str
    bounce: bounces.Bounce | None
    notes: list[str]


def parse(raw: bytes) -> Mail:
    """Return what a raw mail says."""
    root = mime.split(raw)
    found = body.collect(root)
    head = fields.read(root, found.charset)
    html = body.join_html(found.pieces)
    text = body.join_text(found.pieces, to_text)
    subject = head.subject or found.subject
    bounce = bounces.read(head.kept, subject, head.sender.email or head.sender.name, text, _report(root))
    reason = "bounce" if bounce else automatic.reason(head.kept, subject, text, head.sender.email)
    return Mail(
        subject=subject,
        from_email=head.sender.email,
        from_name=head.sender.name,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        delivered_to=head.delivered_to,
        date=head.date,
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        text=text,
        html=html,
        attachments=_attachments(found),
        headers=head.kept,
        language_hint=head.language or _html_language(html),
        automatic=reason,
        bounce=bounce,
        notes=found.remarks,
    )


def content(raw: bytes, index: int) -> bytes:
    """Return the decoded bytes of one attachment of a raw mail.

    :raises IndexError: when the mail has no attachment of that index.
    """
    files = body.collect(mime.split(raw)).files
    if index < 0:
        raise IndexError(index)
    return files[index].data


def _attachments(found: body.Content) -> list[Attachment]:
    """Return the files of the mail with their sizes and checksums."""
    return [_attachment(index, file) for index, file in enumerate(found.files)]


def _attachment(index: int, file: attached.File) -> Attachment:
    """Return one file with its size and checksums."""
    data = file.data
    return Attachment(
        index=index,
        filename=file.filename,
        content_type=file.content_type,
        size=len(data),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
        content_id=file.content_id,
        inline=file.inline,
        note=file.note,
    )


def _html_language(html: str | None) -> str:
    """Return the language an HTML page says it is in."""
    found = _LANG.search(html[:2_000]) if html else None
    return found[1].lower() if found else ""


def _report(root: mime.Part) -> Callable[[], list[bounces.Part]]:
    """Return how to get the parts of a delivery report, made only when the mail looks like one."""
    return lambda: [bounces.Part(part.media.type, partial(_words_of, part)) for part in mime.leaves(root)]


def _words_of(part: mime.Part) -> str:
    """Return one part of a report as text, whatever it is."""
    data = transfer.decode(part.body()[:_MAX_REPORT], part.encoding).data
    return charset.decode(data, part.media.params.get("charset", "")).text.replace("\r\n", "\n")
