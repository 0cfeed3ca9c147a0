"""A payload of a form or a chat: one line of JSON, then the bytes of the files; pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from odzew.channels.base import File

Sent = tuple[str, str, bytes]  # name, type and bytes of a file


class Damaged(ValueError):
    """It is no payload that a page of ours made."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent: the head that says it, and the bytes of each file."""

    said: dict[str, Any]
    files: tuple[bytes, ...]


def pack(said: Mapping[str, Any], files: Iterable[Sent]) -> bytes:
    """Return what was sent as one payload: a line of JSON, then the bytes of the files one after another."""
    files = list(files)
    listed = [{"name": name, "type": kind, "size": len(content)} for name, kind, content in files]
    head = json.dumps({**said, "files": listed}, ensure_ascii=False, sort_keys=True)
    return b"\n".join([head.encode("utf-8", "replace"), b"".join(content for *_about, content in files)])


def listed(sent: "Submission") -> tuple[File, ...]:
    """Return the files of a submission as the desk knows them."""
    return tuple(
        File(
            index=index,
            filename=about["name"],
            content_type=about["type"],
            size=len(content),
            sha256=sha256(content).hexdigest(),
        )
        for index, (about, content) in enumerate(zip(sent.said["files"], sent.files, strict=True))
    )


def parse(raw: bytes) -> Submission:
    """Return what was sent.

    :raises Damaged: when it is no payload of ours, or its files are not whole
    """
    head, _break, rest = raw.partition(b"\n")
    try:
        said = json.loads(head)
        sizes = [int(file["size"]) for file in said["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"The head cannot be read: {error}") from error
    if min(sizes, default=0) < 0 or sum(sizes) != len(rest):
        raise Damaged(f"Its files should have {sum(sizes)} bytes and have {len(rest)}.")
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    pieces = zip(starts, sizes, strict=True)
    return Submission(said, tuple(rest[start : start + size] for start, size in pieces))


def content(raw: bytes, index: int) -> bytes:
    """Return the bytes of one file.

    :raises IndexError: when there is no file of that index
    """
    if index < 0:
        raise IndexError(index)
    return parse(raw).files[index]
