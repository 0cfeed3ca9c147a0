"""What `odzew read` prints: the desk's understanding of a text, as JSON (DESIGN §5)."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from odzew.channels.email.parse import parse
from odzew.language import detect, forwards, hours, questions, quotes

Reading = Callable[[bytes, str], Any]


def mail(content: bytes, _lang: str) -> dict[str, Any]:
    """Return what a mail says."""
    read = parse(content)
    bounce = read.bounce
    return {
        "subject": read.subject,
        "from_email": read.from_email,
        "from_name": read.from_name,
        "to": [[a.name, a.email] for a in read.to],
        "cc": [[a.name, a.email] for a in read.cc],
        "message_id": read.message_id,
        "in_reply_to": read.in_reply_to,
        "references": list(read.references),
        "date": read.date.isoformat() if read.date else None,
        "text": read.text,
        "html": read.html,
        "reply": quotes.read(read.text, read.html).reply,
        "forwarded": _forwarded(read.text, read.html, read.subject),
        "attachments": [
            {"filename": a.filename, "sha1": a.sha1, "size": a.size, "content_type": a.content_type}
            for a in read.attachments
        ],
        "automatic": bool(read.automatic),
        "automatic_why": read.automatic,
        "bounce": bounce is not None,
        "recipients": [r.email for r in bounce.recipients] if bounce else [],
        "notes": list(read.notes),
    }


def reply(content: bytes, _lang: str) -> dict[str, Any]:
    """Return the customer's own words in a reply, plain or HTML."""
    text = _text(content)
    read = quotes.read_html(text) if _is_html(text) else quotes.read(text)
    return {
        "reply": read.reply,
        "quoted": read.quoted,
        "signature": read.signature,
        "forwarded": _forwarded(text, None, ""),
    }


def asked(content: bytes, lang: str) -> list[str]:
    """Return the questions of a text."""
    text = quotes.read(_text(content)).reply
    return questions.read(text, detect.detect(text) if lang == "auto" else lang)


def working_time(content: bytes, _lang: str) -> Any:
    """Return the answers to questions of working time: one JSON object, or one a line."""
    lines = [json.loads(line) for line in _text(content).splitlines() if line.strip()]
    answers = [hours.read(line) for line in lines]
    return answers[0] if len(answers) == 1 else answers


READERS: Mapping[str, Reading] = {"mail": mail, "reply": reply, "questions": asked, "hours": working_time}


def _forwarded(text: str, html: str | None, subject: str) -> dict[str, Any] | None:
    inner = forwards.read(text, html, subject)
    if inner is None:
        return None
    return {
        "from_email": inner.from_email,
        "from_name": inner.from_name,
        "subject": inner.subject,
        "date": inner.date,
        "to": [list(pair) for pair in inner.to],
        "cc": [list(pair) for pair in inner.cc],
        "text": inner.body,
        "before": inner.before,
    }


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _is_html(text: str) -> bool:
    head = text[:2000].lstrip().lower()
    return head.startswith("<") and any(
        tag in head for tag in ("<html", "<div", "<p", "<body", "<br", "<!doctype", "<table", "<span")
    )
