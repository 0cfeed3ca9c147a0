"""The header fields of a mail that the desk uses, read with care."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from odzew.channels.email import addresses, dates, mime, words
from odzew.channels.email.addresses import Address

_ID = re.compile(rb"<([^<>]+)>")
_BARE_ID = re.compile(rb"[^\s<>,;\"()]+@[^\s<>,;\"()]+")
_MAX_VALUES = 200
_MAX_VALUE = 4_000
_MAX_ADDRESSES = 10_000
# The first names the conversation, the last ones what is answered; a mail that goes on and on names more
# than a database takes in one question.
_FIRST_REFERENCES, _LAST_REFERENCES = 1, 99
# fmt: off
_KEPT = frozenset((
    "accept-language", "action", "arc-authentication-results", "authentication-results",
    "auto-submitted", "content-language", "content-type", "delivered-to", "delivery-date",
    "disposition-notification-to", "envelope-to", "errors-to", "failed-recipient", "feedback-id",
    "importance", "in-reply-to", "mailing-list", "original-recipient", "precedence", "priority",
    "received-spf", "references", "reply-to", "resent-from", "return-path", "return-receipt-to",
    "sender", "thread-index", "thread-topic", "user-agent",
))
# fmt: on
_KEPT_FAMILIES = ("x-", "list-", "auto-")
_DELIVERED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
)


@dataclass(slots=True)
class Fields:
    """What the header says."""

    subject: str = ""
    sender: Address = Address("", "")
    reply_to: list[Address] = field(default_factory=list)
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    date: datetime | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: list[str] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)
    language: str = ""


def read(part: mime.Part, hint: str = "") -> Fields:
    """Return the fields of the outermost header; ``hint``: the charset of the body, for bare 8-bit ones."""
    by_name: dict[str, list[bytes]] = {}
    for name, value in part.headers:
        by_name.setdefault(name, []).append(value)
    out = Fields(kept=_kept(by_name, hint))
    out.subject = words.decode(_first(by_name, "subject"), hint)
    out.sender = _sender(by_name, hint)
    out.reply_to, out.to, out.cc = (_addresses(by_name, name, hint) for name in ("reply-to", "to", "cc"))
    out.delivered_to = _delivered(by_name)
    out.date = dates.read(_first(by_name, "date"))
    out.message_id = next(iter(ids(_first(by_name, "message-id"))), None)
    out.in_reply_to = next(iter(ids(_first(by_name, "in-reply-to"))), None)
    out.references = _references(ids(b" ".join(by_name.get("references", []))))
    out.language = _language(out.kept)
    return out


def _first(by_name: dict[str, list[bytes]], name: str) -> bytes:
    """Return the first value of that name that is not blank."""
    return next((value for value in by_name.get(name, []) if value.strip()), b"")


def _kept(by_name: dict[str, list[bytes]], hint: str) -> dict[str, list[str]]:
    """Return the fields other parts of the desk look at, by lower-case name."""
    out: dict[str, list[str]] = {}
    for name, values in by_name.items():
        if name in _KEPT or name.startswith(_KEPT_FAMILIES):
            out[name] = [words.decode(value[:_MAX_VALUE], hint) for value in values[:_MAX_VALUES]]
    return out


def _addresses(by_name: dict[str, list[bytes]], name: str, hint: str) -> list[Address]:
    """Return the addresses of all fields of that name."""
    if not (values := by_name.get(name)):
        return []
    return list(islice((a for value in values for a in addresses.read(value, hint)), _MAX_ADDRESSES))


def _sender(by_name: dict[str, list[bytes]], hint: str) -> Address:
    """Return who wrote: From, else the fields that come closest."""
    named = _addresses(by_name, "from", hint)
    for name in ("from", "sender", "reply-to", "return-path"):
        for address in named if name == "from" else _addresses(by_name, name, hint):
            if "@" in address.email:
                return Address(named[0].name if named and not address.name else address.name, address.email)
    return named[0] if named else Address("", "")


def _delivered(by_name: dict[str, list[bytes]]) -> list[str]:
    """Return the addresses the mail was delivered to, each once."""
    found = (address.email for name in _DELIVERED for address in _addresses(by_name, name, ""))
    return list(dict.fromkeys(email for email in found if email))


def ids(raw: bytes) -> list[str]:
    """Return message ids with their angle brackets, each once, in order; an id folded within is mended."""
    if not raw.strip():
        return []
    found = _ID.findall(raw)
    texts = (
        [b"".join(one.split()) for one in found]
        or _BARE_ID.findall(raw)[:1_000]
        or [b"".join(raw.split())[:998]]
    )
    return list(dict.fromkeys(f"<{one.decode('utf-8', 'replace')}>" for one in texts if one))


def _references(found: list[str]) -> list[str]:
    between = max(len(found) - _LAST_REFERENCES, _FIRST_REFERENCES)
    return found[:_FIRST_REFERENCES] + found[between:]


def _language(kept: dict[str, list[str]]) -> str:
    """Return the first language the sender's program names ('pl', 'uk'), '' when it names none."""
    for name in ("content-language", "x-language", "accept-language", "x-accept-language"):
        found = re.match(r"([a-zA-Z]{2})\b", kept.get(name, [""])[0])
        if found:
            return found[1].lower()
    return ""
