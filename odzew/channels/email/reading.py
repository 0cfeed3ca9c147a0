"""What `odzew read` prints: the desk's understanding of a text, as JSON (DESIGN §5)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from odzew.channels.email.parse import parse
from odzew.domain.worktime import Calendar
from odzew.language import detect, forwards, hours, promises, questions, quotes
from odzew.lib.clock import now
from odzew.lib.holidays import holidays_of

_LAST_YEAR = 2999
Reading = Callable[[bytes, Mapping[str, Any]], Any]
"""Takes a text, and of the command line: `lang`, and the moment, zone and country of a reply."""


def mail(content: bytes, _asked: Mapping[str, Any]) -> dict[str, Any]:
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


def reply(content: bytes, _asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the customer's own words in a reply, plain or HTML."""
    text = _text(content)
    read = quotes.read_html(text) if _is_html(text) else quotes.read(text)
    return {
        "reply": read.reply,
        "quoted": read.quoted,
        "signature": read.signature,
        "forwarded": _forwarded(text, None, ""),
    }


def questions_of(content: bytes, asked: Mapping[str, Any]) -> list[str]:
    """Return the questions of a text."""
    text = quotes.read(_text(content)).reply
    return questions.read(text, detect.detect(text) if asked["lang"] == "auto" else asked["lang"])


def working_time(content: bytes, _asked: Mapping[str, Any]) -> Any:
    """Return the answers to questions of working time: one JSON object, or one a line."""
    lines = [json.loads(line) for line in _text(content).splitlines() if line.strip()]
    answers = [hours.read(line) for line in lines]
    return answers[0] if len(answers) == 1 else answers


def promised(content: bytes, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the promises of a reply, as if it were written at `at` in `zone`.

    :raises ValueError: when the moment has no offset, or the zone or the country is not known
    """
    at, calendar = _written_at(asked["at"], asked["zone"], asked["country"])
    lang = "" if asked["lang"] == "auto" else asked["lang"]
    return [
        {"text": p.text, "due": p.due.isoformat() if p.due else None, "vague": p.vague, "by": p.by}
        for p in promises.read(_text(content), at, calendar, lang)
    ]


def _written_at(text: str, zone: str, country: str) -> tuple[datetime, Calendar]:
    """Return the moment of a reply, and the office hours of that place."""
    at = datetime.fromisoformat(text) if text else now()
    if not 1900 <= at.year <= _LAST_YEAR:
        raise ValueError(f"{text} is too far away")
    if zone:
        at = at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at.astimezone(ZoneInfo(zone))
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"{text} has no offset: write it as 2026-11-26T10:00:00+01:00, or give --zone")
    if not zone and offset % timedelta(hours=1):
        raise ValueError(f"the offset of {text} is of no whole hours: give --zone")
    # The signs of these names are the other way round (tz database, file etcetera).
    name = zone or f"Etc/GMT{-offset // timedelta(hours=1):+d}"
    days = holidays_of(country, range(at.year, at.year + 3)) if country else frozenset()
    return at, promises.office(name, days)


READERS: Mapping[str, Reading] = {
    "mail": mail,
    "reply": reply,
    "questions": questions_of,
    "promises": promised,
    "hours": working_time,
}


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
