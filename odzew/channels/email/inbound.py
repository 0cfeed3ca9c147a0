"""A mail as the desk takes it: parsed, its own words told from quotes, its author from a machine."""

import re
from collections.abc import Mapping
from typing import Any

from odzew.channels.base import Bounce, Bounced, File, Inbound
from odzew.channels.email.parse import Address, Mail, parse
from odzew.language import detect, forwards, questions, quotes

A_FIELD = re.compile(rb"[!-9;-~]+:")
ENOUGH = 4000  # characters that tell a language, and hold what a customer asks


def read(raw: bytes, envelope: Mapping[str, Any]) -> Inbound:
    """Return what a mail says; `envelope` is what the door knew of it (from, to, notes, proof)."""
    mail = parse(_with_return_path(raw, envelope))
    reply = quotes.read(mail.text, mail.html)
    words = (reply.reply or mail.text)[:ENOUGH]
    language = detect.detect(words or mail.subject, mail.language_hint)
    return Inbound(
        kind=envelope.get("kind", "email"),  # on his page writes also who is known by a messenger only
        address=(mail.from_email or envelope.get("from", "")).lower(),
        name=mail.from_name,
        reply_to=_reply_to(mail),
        recipients={"to": _pairs(mail.to), "cc": _pairs(mail.cc)},
        delivered_to=_delivered_to(mail, envelope),
        subject=mail.subject,
        text=mail.text,
        # A mail that only forwards has no words of its own; what it forwards is then what is said.
        own_words=reply.reply or mail.text,
        has_html=mail.html is not None,
        language=language,
        automatic=mail.automatic,
        bounce=_bounce(mail),
        message_id=mail.message_id or "",
        references=tuple(dict.fromkeys([mail.in_reply_to, *mail.references]))
        if mail.in_reply_to
        else tuple(mail.references),
        sent_at=mail.date,
        files=tuple(_file(a) for a in mail.attachments),
        notes=(*mail.notes, *envelope.get("notes", ())),
        questions=() if mail.automatic else tuple(questions.read(words, language)),
        forwarded=_forwarded(mail),
        proof=envelope.get("proof", {}),
    )


def _with_return_path(raw: bytes, envelope: Mapping[str, Any]) -> bytes:
    # An empty envelope sender is the mark of a report (RFC 5321 §4.5.5); only the door has seen it.
    if "peer" not in envelope or not A_FIELD.match(raw):
        return raw
    sender = str(envelope.get("from", "")).encode("utf-8", "replace")
    return b"Return-Path: <" + sender.translate(None, b"\r\n<>") + b">\r\n" + raw


def _reply_to(mail: Mail) -> str:
    # Answers go where the sender asks for them; that gives no right to anybody (SAFETY P17).
    return next((a.email for a in mail.reply_to if a.email), mail.from_email).lower()


def _delivered_to(mail: Mail, envelope: Mapping[str, Any]) -> tuple[str, ...]:
    named = [*envelope.get("to", ()), *mail.delivered_to, *(a.email for a in (*mail.to, *mail.cc))]
    return tuple(dict.fromkeys(address.lower() for address in named if address))


def _pairs(addresses: list[Address]) -> list[list[str]]:
    return [[address.name, address.email] for address in addresses]


def _file(attachment: Any) -> File:
    return File(
        index=attachment.index,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        sha256=attachment.sha256,
        content_id=attachment.content_id or "",
        inline=attachment.inline,
        note=attachment.note,
    )


def _bounce(mail: Mail) -> Bounce | None:
    if mail.bounce is None:
        return None
    said = tuple(
        Bounced(r.email.lower(), r.permanent and r.action == "failed", r.diagnostic or r.status)
        for r in mail.bounce.recipients
    )
    return Bounce(said, mail.bounce.original_message_id or "")


def _forwarded(mail: Mail) -> dict[str, str]:
    inner = forwards.read(mail.text, mail.html, mail.subject)
    if inner is None:
        return {}
    return {
        "name": inner.from_name,
        "address": inner.from_email,
        "subject": inner.subject,
        "date": inner.date,
    }
