"""A payload of a form, taken apart; pure."""

import json
from dataclasses import dataclass
from typing import Any


class Damaged(ValueError):
    """It is no payload that a form of ours made."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent: the head that says it, and the bytes of each file."""

    said: dict[str, Any]
    files: tuple[bytes, ...]


def parse(raw: bytes) -> Submission:
    """Return what was sent.

    :raises Damaged: when it is no payload of a form, or its files are not whole
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
