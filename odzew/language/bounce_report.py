"""The parts of a delivery report: what the server says, and the mail that came back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from odzew.language import bounced, failures

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
    "message/news",
)
_MAX = 50_000
_MESSAGE_ID = re.compile(r"^Message-ID[ \t]*:\s*(<[^<>\s]+>|\S+@\S+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(r"^(?:X-Original-)?To[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE | re.IGNORECASE)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#64;": "@", "&amp;": "&"}


@dataclass
class Part:
    """One part of a report, its text made only when it is asked for."""

    content_type: str
    load: Callable[[], str] = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The text of the part."""
        return self.load()

    @property
    def is_status(self) -> bool:
        """Whether this is the machine-readable part."""
        return self.content_type in _STATUS_TYPES

    @property
    def is_original(self) -> bool:
        """Whether this is the mail that came back, or its header."""
        return self.content_type in _ORIGINAL_TYPES

    @property
    def is_prose(self) -> bool:
        """Whether this is something to read that is not the mail that came back."""
        return self.content_type.startswith("text/") and not self.is_original


def words(text: str, parts: list[Part]) -> str:
    """Return what the server says, without the mail that came back."""
    spoken: list[str] = []
    for part in parts:
        if part.is_original:
            break
        if part.is_prose or part.is_status:
            spoken.append(_tagless(part.text) if part.content_type == "text/html" else part.text)
    whole = "\n\n".join(spoken) or text
    cut = failures.SEPARATOR.search(whole)
    return whole[: cut.start()] if cut and whole[: cut.start()].strip() else whole


def _tagless(page: str) -> str:
    """Return HTML without its tags, lines where blocks end."""
    plain = re.sub(r"<(?:br|p|div|tr|li|td)\b[^>]*>", "\n", page[:200_000], flags=re.IGNORECASE)
    plain = re.sub(r"<(?!/?[\w.+-]+@)[^>]*>", "", plain)
    return re.sub("|".join(_ENTITIES), lambda entity: _ENTITIES[entity[0]], plain)


def original(parts: list[Part], text: str) -> str:
    """Return the mail that came back, or what there is of it."""
    for part in parts:
        if part.is_original:
            return part.text[:_MAX]
    for whole in [part.text for part in parts if part.is_prose] or [text]:
        cut = failures.SEPARATOR.search(whole)
        if cut:
            return whole[cut.start() :][:_MAX]
    late = [part.text for part in parts[1:] if _MESSAGE_ID.search(part.text[:20_000])]
    return late[0][:_MAX] if late else ""


def message_id(original: str) -> str:
    """Return the id of the mail that came back, with its brackets."""
    found = _MESSAGE_ID.search(original)
    return f"<{found[1].strip('<>')}>" if found else ""


def receivers(original: str) -> list[str]:
    """Return whom the mail that came back was for."""
    found = _TO.search(original)
    return list(dict.fromkeys(one[0] for one in bounced.ADDRESS.finditer(found[1])))[:100] if found else []


def addresses(original: str, names: str) -> list[str]:
    """Return the addresses in some fields of the mail that came back."""
    fields = re.finditer(rf"^(?:{names})[ \t]*:([^\n]*)", original, re.MULTILINE | re.IGNORECASE)
    return [one[0] for found in fields for one in bounced.ADDRESS.finditer(found[1])]
