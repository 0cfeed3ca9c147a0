"""winmail.dat opened: Outlook's Transport Neutral Encapsulation Format (MS-OXTNEF, MS-OXCMAIL).

A small reader for what a desk needs: attached files, subject and text. It never raises: what it cannot
read it leaves out and marks as damaged, and the caller keeps the file itself.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from odzew.channels.email import charset, rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_ITEMS = 20_000

_SUBJECT, _BODY, _ATTACH_DATA, _ATTACH_TITLE, _CODEPAGE = 0x8004, 0x800C, 0x800F, 0x8010, 0x9007
_MAPI_PROPS, _ATTACH_RENDER, _ATTACH_PROPS = 0x9003, 0x9002, 0x9005

_P_SUBJECT, _P_BODY, _P_RTF, _P_HTML = 0x0037, 0x1000, 0x1009, 0x1013
_P_DATA, _P_NAME, _P_LONG_NAME, _P_MIME, _P_CID, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001

_FIXED = {
    0x0001: 4,
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_VARIABLE = {0x001E, 0x001F, 0x0102, 0x000D}

Properties = dict[int, tuple[int, bytes]]


@dataclass(slots=True)
class File:
    """One attached file."""

    name: str = ""
    data: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Envelope:
    """What a winmail.dat held; ``damaged`` when it ended early or made no sense."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    damaged: bool = False
    codepage: str = "cp1252"


def read(data: bytes) -> Envelope:
    """Return subject, text and files of a winmail.dat."""
    out = Envelope(damaged=not data.startswith(SIGNATURE))
    if out.damaged:
        return out
    try:
        for attribute, value in _attributes(data):
            _take(out, attribute, value)
    except (struct.error, ValueError, IndexError, OverflowError):
        out.damaged = True
    out.files = [file for file in out.files if file.data or file.name]
    return out


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes of the stream (MS-OXTNEF §2.1.3): level, id, length, data, checksum."""
    at = 6
    while at + 9 <= len(data):
        level, identity, length = struct.unpack_from("<BII", data, at)
        if level not in (1, 2) or at + 9 + length > len(data):
            raise ValueError("the stream ends inside an attribute")
        yield identity & 0xFFFF, data[at + 9 : at + 9 + length]
        at += 11 + length


def _take(out: Envelope, attribute: int, value: bytes) -> None:
    """Put one attribute where it belongs."""
    if attribute == _CODEPAGE and len(value) >= 4:
        out.codepage = f"cp{struct.unpack_from('<I', value)[0]}"
    elif attribute == _SUBJECT:
        out.subject = out.subject or _string(value, out.codepage)
    elif attribute == _BODY:
        out.text = out.text or _string(value, out.codepage)
    elif attribute == _MAPI_PROPS:
        _take_message(out, _properties(value))
    elif attribute == _ATTACH_RENDER:
        out.files.append(File())
    elif attribute in (_ATTACH_DATA, _ATTACH_TITLE, _ATTACH_PROPS):
        _take_file(out, attribute, value)


def _take_message(out: Envelope, found: Properties) -> None:
    """Put the message's own properties where they belong."""
    out.subject = _property(found, _P_SUBJECT, out.codepage) or out.subject
    out.text = _property(found, _P_BODY, out.codepage) or out.text
    out.html = _property(found, _P_HTML, out.codepage) or out.html
    packed = found.get(_P_RTF)
    if packed and not out.text.strip() and not out.html.strip():
        out.text = rtf.text(rtf.unpack(packed[1]))


def _take_file(out: Envelope, attribute: int, value: bytes) -> None:
    """Put one attribute of an attached file where it belongs."""
    if not out.files:
        out.files.append(File())
    file = out.files[-1]
    if attribute == _ATTACH_DATA:
        file.data = value
    elif attribute == _ATTACH_TITLE:
        file.name = file.name or _string(value, out.codepage)
    else:
        found = _properties(value)
        names = (_property(found, key, out.codepage) for key in (_P_LONG_NAME, _P_NAME, _P_DISPLAY))
        file.name = next((name for name in names if name), file.name)
        file.content_type = _property(found, _P_MIME, out.codepage)
        file.content_id = _property(found, _P_CID, out.codepage).strip("<>")
        file.data = file.data or found.get(_P_DATA, (0, b""))[1]


def _string(value: bytes, codepage: str) -> str:
    """Return an 8-bit string without its closing NUL."""
    return charset.decode(value.rstrip(b"\x00"), codepage).text


def _property(found: Properties, key: int, codepage: str) -> str:
    """Return a property as text, '' when absent."""
    kind, value = found.get(key, (0, b""))
    if kind == 0x001F:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return _string(value, codepage)


def _properties(data: bytes) -> Properties:
    """Return the properties of a MAPI property block (MS-OXTNEF §2.1.3.4) by their id."""
    out: Properties = {}
    count = min(struct.unpack_from("<I", data)[0], _MAX_ITEMS)
    at = 4
    for _ in range(count):
        if at + 4 > len(data):
            break
        kind, key = struct.unpack_from("<HH", data, at)
        at = _past_name(data, at + 4) if key >= 0x8000 else at + 4
        value, at = _value(data, at, kind)
        out.setdefault(key, (kind & 0x0FFF, value))
    return out


def _past_name(data: bytes, at: int) -> int:
    """Return where a named property goes on after its GUID and its number or name."""
    kind = struct.unpack_from("<I", data, at + 16)[0]
    if kind == 0:
        return at + 24
    length = struct.unpack_from("<I", data, at + 20)[0]
    return at + 24 + _padded(length)


def _padded(length: int) -> int:
    """Return a length rounded up to four bytes."""
    return (length + 3) & ~3


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Return the (last) value of a property and where the next property begins."""
    many, base = kind & 0x1000, kind & 0x0FFF
    if base in _FIXED:
        size = _FIXED[base]
        times = struct.unpack_from("<I", data, at)[0] if many else 1
        start = at + 4 if many else at
        return data[start : start + size], start + size * times
    if base not in _VARIABLE:
        raise ValueError("a property of an unknown type")
    times = min(struct.unpack_from("<I", data, at)[0], _MAX_ITEMS)
    at += 4
    value = b""
    for _ in range(times):
        length = struct.unpack_from("<I", data, at)[0]
        value = data[at + 4 : at + 4 + length]
        at += 4 + _padded(length)
        if at > len(data) + 3:
            raise ValueError("the stream ends inside a property")
    return (value[16:] if base == 0x000D else value), at
