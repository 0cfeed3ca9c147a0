"""What a screen shows of a payload, read by a process that may die for it: no mail hangs or fills the web."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any

from django.conf import settings

from odzew.conversations.models import Attachment, Message
from odzew.intake.models import Raw
from odzew.intake.reader import Reader

AT_ONCE = 2  # processes that read for the screens of one web process; a third person waits
PATIENCE = 10.0  # seconds a person waits for one of them


class Unreadable(Exception):
    """A payload could not be read for a screen; the text says why."""


class Busy(Unreadable):
    """Others are being read; it can be asked for again in a moment."""


def page(channel: str, raw: bytes) -> str | None:
    """Return the HTML of a payload, safe to be shown in a frame; None when it has none.

    :raises Unreadable: when it takes more time or memory than a payload may
    """
    found: str | None = _read(channel, raw, "page", {})
    return found


def content(channel: str, raw: bytes, index: int) -> bytes:
    """Return the bytes of the file `index` of a payload.

    :raises Unreadable: when it takes more time or memory than a payload may, or there is no such file
    """
    found: bytes = _read(channel, raw, "file", {"index": index})
    return found


def file(attachment: Attachment) -> bytes | None:
    """Return one file of a message, ours or one that came; None when nothing of it is kept.

    :raises Unreadable: as `content`
    """
    if attachment.blob is not None:
        return bytes(attachment.blob.content)
    if not attachment.sha256:
        return None  # its provider has still to give it (odzew/intake/media.py)
    raw = source(attachment.message)
    return content(*raw, attachment.index) if raw else None


def source(message: Message) -> tuple[str, bytes] | None:
    """Return the channel a message came by, which need not be the one that answers, and its payload."""
    raw = Raw.objects.filter(pk=message.raw or 0).select_related("account").first()
    return (raw.channel, bytes(raw.content)) if raw else None


def _read(channel: str, raw: bytes, what: str, detail: dict[str, Any]) -> Any:
    with _lent() as reader:
        said = reader.look((channel, raw, detail, what))
    if isinstance(said, str):
        raise Unreadable(said)
    return said[0]


# The one that was used last comes first, so that the other is started only when two are wanted at once.
_readers: "LifoQueue[Reader | None]" = LifoQueue()
for _ in range(AT_ONCE):
    _readers.put(None)


@contextmanager
def _lent() -> Iterator[Reader]:
    try:
        reader = _readers.get(timeout=PATIENCE)
    except Empty:
        raise Busy from None
    try:
        reader = reader or Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)
        yield reader
    finally:
        _readers.put(reader)
