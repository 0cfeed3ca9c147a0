"""An update of the Bot API, taken apart; pure (https://core.telegram.org/bots/api#update)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Part = Mapping[str, Any]
EDITED = "edited_message"
KINDS = ("message", EDITED)
FILES = ("document", "audio", "voice", "video", "video_note", "animation", "sticker")
ENDINGS = {"photo": ".jpg", "voice": ".ogg", "video": ".mp4", "video_note": ".mp4", "sticker": ".webp"}
TYPES = {"photo": "image/jpeg", "video_note": "video/mp4", "sticker": "image/webp"}


class Damaged(ValueError):
    """It is no update."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with a message: by which name Telegram gives it, and what it says of it."""

    reference: str
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its number, and the message in it, if there is one."""

    number: int
    message: Part | None
    is_edit: bool = False


def parse(raw: bytes) -> Update:
    """Return an update.

    :raises Damaged: when it is none
    """
    try:
        said = json.loads(raw)
        number = said["update_id"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"It is no update: {type(error).__name__}") from error
    if not isinstance(number, int):
        raise Damaged("Its number is none.")
    kind = next((kind for kind in KINDS if isinstance(said.get(kind), dict)), "")
    return Update(number, said.get(kind), kind == EDITED)


def content(_raw: bytes, index: int) -> bytes:
    """Refuse: no file is in an update, only the name by which it can be fetched.

    :raises IndexError: always
    """
    raise IndexError(index)


def moment(message: Part, key: str = "date") -> datetime | None:
    """Return a moment of a message; Unix seconds."""
    seconds = message.get(key)
    if not isinstance(seconds, int) or not 0 < seconds < 2**35:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def part(message: Part, key: str) -> Part:
    """Return a part of a message, empty when it is not there."""
    found = message.get(key)
    return found if isinstance(found, dict) else {}


def word(message: Part, key: str) -> str:
    """Return a text of a message, empty when it is not there."""
    found = message.get(key)
    return found if isinstance(found, str) else ""


def number(message: Part, key: str) -> int:
    """Return a number of a message, 0 when it is not there."""
    found = message.get(key)
    return found if isinstance(found, int) else 0


def files(message: Part) -> Iterator[Sent]:
    """Yield the files of a message, of a photo the largest size."""
    sizes = message.get("photo")
    if isinstance(sizes, list) and sizes and all(isinstance(size, dict) for size in sizes):
        yield _sent("photo", max(sizes, key=lambda size: number(size, "width")), message)
    for kind in FILES:
        # An animation is there as a document too, for programs that do not know of it.
        if (found := part(message, kind)) and not (kind == "document" and part(message, "animation")):
            yield _sent(kind, found, message)


def _sent(kind: str, found: Part, message: Part) -> Sent:
    name = word(found, "file_name") or f"{kind}-{number(message, 'message_id')}{ENDINGS.get(kind, '')}"
    type_ = word(found, "mime_type") or TYPES.get(kind, "application/octet-stream")
    return Sent(word(found, "file_id"), name, type_, number(found, "file_size"))
