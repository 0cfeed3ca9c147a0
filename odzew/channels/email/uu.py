"""Files that stand uuencoded in the text of a mail (POSIX uuencode)."""

import binascii
import re
from dataclasses import dataclass

from odzew.channels.email import notes

_BEGIN = re.compile(rb"^begin(-base64)?[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,255})\r?\n", re.MULTILINE)
_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(rb"[ -`]{1,90}\Z")


@dataclass(frozen=True, slots=True)
class File:
    """One file out of the text, and what was wrong with it ('' when nothing)."""

    name: bytes
    data: bytes
    note: str = ""


def cut(text: bytes) -> tuple[list[File], bytes]:
    """Return the files found in the text, and the text without them."""
    if b"begin" not in text:
        return [], text
    files: list[File] = []
    rest: list[bytes] = []
    at = 0
    while begin := _BEGIN.search(text, at):
        found = _read(text, begin)
        rest.append(text[at : begin.start() if found else begin.end()])
        at = begin.end()
        if found:
            files.append(found[0])
            at = found[1]
    rest.append(text[at:])
    return files, b"".join(rest)


def bare(text: bytes) -> bytes | None:
    """Return the bytes of uuencoded lines that stand without 'begin' and 'end', None when they are none."""
    lines = text.strip().splitlines()
    data, bad = _lines(lines)
    return data if lines and not bad else None


def _read(text: bytes, begin: re.Match[bytes]) -> tuple[File, int] | None:
    """Return the file that begins here and where the text goes on, or None when it is only a sentence."""
    following = _BEGIN.search(text, begin.end())
    limit = following.start() if following else len(text)
    end = _END.search(text, begin.end(), limit)
    stop, after = (end.start(), end.end()) if end else (limit, limit)
    lines = text[begin.end() : stop].splitlines()
    read = _base64 if begin[1] else _lines
    data, bad = read(lines)
    if not lines or bad * 2 > len(lines):
        return None
    note = notes.UUENCODED_DAMAGED if bad or end is None else ""
    return File(begin[2].strip(), data, note), after


def _base64(lines: list[bytes]) -> tuple[bytes, int]:
    """Return the bytes of the lines of ``begin-base64`` and how many lines could not be read."""
    good, bad = [], 0
    for line in lines:
        try:
            good.append(binascii.a2b_base64(line))
        except binascii.Error:
            bad += 1
    return b"".join(good), bad


def _lines(lines: list[bytes]) -> tuple[bytes, int]:
    """Return the bytes of uuencoded lines and how many lines could not be read."""
    good, bad = [], 0
    for line in lines:
        piece = _line(line)
        if piece is None:
            bad += 1
        else:
            good.append(piece)
    return b"".join(good), bad


def _line(line: bytes) -> bytes | None:
    """Return the bytes of one line, forgiving blanks cut from or added to its end."""
    line = line.rstrip(b"\r\n")
    if not line or line == b"`":
        return b""
    size = (line[0] - 32) & 63
    letters = (size + 2) // 3 * 4 + 1
    if (
        not _LINE.match(line)
        or len(line) > letters + 2
        or len(line.rstrip()) + 4 < letters
        and b" " not in line
    ):
        return None
    try:
        return binascii.a2b_uu(line[:letters])
    except binascii.Error:
        return None
