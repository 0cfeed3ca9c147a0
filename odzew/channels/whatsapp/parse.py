"""A call of WhatsApp, taken apart into what each message and each status says; pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Part = Mapping[str, Any]
FILES = ("image", "video", "audio", "document", "sticker")
ENDINGS = {"image": ".jpg", "video": ".mp4", "audio": ".ogg", "sticker": ".webp"}


class Damaged(ValueError):
    """It is no call of WhatsApp, or no piece of one."""


def split(body: bytes) -> list[Part]:
    """Return the pieces of a call: each message, with whose it is, and each status.

    :raises Damaged: when it is none
    """
    said = _loaded(body)
    if said.get("object") != "whatsapp_business_account":
        raise Damaged("It is no call of WhatsApp.")
    return [
        piece
        for entry in _each(said, "entry")
        for change in _each(entry, "changes")
        for piece in _pieces(part(change, "value"))
    ]


def parse(raw: bytes) -> Part:
    """Return a piece as it was kept.

    :raises Damaged: when it is none
    """
    piece = _loaded(raw)
    if not part(piece, "message") and not part(piece, "status"):
        raise Damaged("It holds neither a message nor a status.")
    return piece


def content(_raw: bytes, index: int) -> bytes:
    """Refuse: no file is in a call, only the name by which it can be fetched.

    :raises IndexError: always
    """
    raise IndexError(index)


def part(said: Part, key: str) -> Part:
    """Return a part, empty when it is not there."""
    found = said.get(key)
    return found if isinstance(found, dict) else {}


def word(said: Part, key: str) -> str:
    """Return a text, empty when it is not there."""
    found = said.get(key)
    return found if isinstance(found, str) else ""


def moment(said: Part) -> datetime | None:
    """Return the moment of a message or status; Unix seconds, as a text."""
    seconds = word(said, "timestamp")
    if not seconds.isascii() or not seconds.isdecimal() or not 0 < int(seconds[:12]) < 2**35:
        return None
    return datetime.fromtimestamp(int(seconds[:12]), UTC)


def _pieces(value: Part) -> Iterator[Part]:
    number = word(part(value, "metadata"), "phone_number_id")
    contacts = _each(value, "contacts")
    for message in _each(value, "messages"):
        sender = word(message, "from")
        known = [one for one in contacts if word(one, "wa_id") == sender]
        yield {"number": number, "contact": (known or contacts or [{}])[0], "message": message}
    for status in _each(value, "statuses"):
        yield {"number": number, "status": status}


def _each(said: Part, key: str) -> list[Part]:
    found = said.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _loaded(raw: bytes) -> Part:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"It cannot be read: {type(error).__name__}") from error
    if not isinstance(said, dict):
        raise Damaged("It is no object.")
    return said
