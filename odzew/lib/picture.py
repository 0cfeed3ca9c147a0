"""Pictures that strangers are shown: PNG, JPEG or WebP, taken apart and put together from known parts only.

What a picture needs not (words, places, other files behind it) is left out; what cannot be taken apart is
refused. No decoder runs, so there is none to attack (PNG, third edition; ITU T.81; RFC 9649).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

BYTES = 300_000
SIDE = 1600  # pixels

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_FRAMES = (0xC0, 0xC1, 0xC2)
_JPEG_PARTS = (*_FRAMES, 0xC4, 0xDA, 0xDB, 0xDD)
_SCAN, _END, _ADOBE = 0xDA, 0xD9, 0xEE


class NoPicture(Exception):
    """It is none of the three kinds, or broken."""


class TooLarge(Exception):
    """It has more bytes or more pixels than are taken."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown."""

    kind: str  # png, jpeg, webp
    width: int
    height: int
    content: bytes


def read(content: bytes) -> Picture:
    """Return a picture made of what is known of the bytes.

    :raises NoPicture: when they are no whole PNG, JPEG or WebP
    :raises TooLarge: when it is more than 300 kB, or wider or higher than 1600 pixels
    """
    if len(content) > BYTES:
        raise TooLarge
    try:
        found = _read(content)
    except (struct.error, IndexError, zlib.error) as error:
        raise NoPicture from error
    return found


def _read(content: bytes) -> Picture:
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    raise NoPicture


def _sized(kind: str, width: int, height: int, content: bytes) -> Picture:
    if not width or not height:
        raise NoPicture
    if max(width, height) > SIDE:
        raise TooLarge
    return Picture(kind, width, height, content)


def _png(content: bytes) -> Picture:
    parts = [(name, data) for name, data in _png_parts(content) if name in _PNG_PARTS]
    if parts[0][0] != b"IHDR" or parts[-1] != (b"IEND", b"") or [n for n, _d in parts].count(b"IHDR") != 1:
        raise NoPicture
    head = parts[0][1]
    width, height, depth, colour, *ways = struct.unpack(">IIBBBBB", head)
    if depth not in _PNG_DEPTHS.get(colour, ()) or ways != [0, 0, 0]:
        raise NoPicture  # interlaced ones too: a logo needs no second way to be read
    made = _sized("png", width, height, _PNG + b"".join(_png_part(*part) for part in parts))
    line = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8
    _check_pixels(b"".join(data for name, data in parts if name == b"IDAT"), line * height)
    return made


def _png_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, name = len(_PNG), b""
    while name != b"IEND":
        [length] = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        [told] = struct.unpack_from(">I", content, at + 8 + length)
        if told != zlib.crc32(name + data):
            raise NoPicture
        yield name, data
        at += 12 + length


def _png_part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _check_pixels(packed: bytes, size: int) -> None:
    opened = zlib.decompressobj()
    if len(opened.decompress(packed, size + 1)) != size or not opened.eof or opened.unused_data:
        raise NoPicture


def _jpeg(content: bytes) -> Picture:
    made, size, at, marker = b"\xff\xd8", (0, 0), 2, 0
    while marker != _END:
        if content[at] != 0xFF:
            raise NoPicture
        marker, end = content[at + 1], _jpeg_end(content, at)
        if marker in _FRAMES:
            size = struct.unpack_from(">HH", content, at + 5)
        if marker == _SCAN and not all(size):
            raise NoPicture
        if marker in (*_JPEG_PARTS, _END) or (marker == _ADOBE and content[at + 4 : at + 9] == b"Adobe"):
            made += content[at:end]
        at = end
    return _sized("jpeg", size[1], size[0], made)


def _jpeg_end(content: bytes, at: int) -> int:
    """Return where a segment ends; of a scan, where the next marker begins that is no restart."""
    marker = content[at + 1]
    if marker == _END:
        return at + 2
    end: int = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
    if end > len(content) or end < at + 4:
        raise NoPicture
    while marker == _SCAN and not (content[end] == 0xFF and _is_marker(content[end + 1])):
        end += 1
    return end


def _is_marker(byte: int) -> bool:
    return byte != 0 and byte != 0xFF and not 0xD0 <= byte <= 0xD7


def _webp(content: bytes) -> Picture:
    [told] = struct.unpack_from("<I", content, 4)
    parts = dict(_webp_parts(content[: told + 8]))
    body: list[bytes] = [name for name in (b"VP8 ", b"VP8L") if name in parts]
    if len(body) != 1 or told + 8 > len(content):
        raise NoPicture  # animated ones have their frames elsewhere
    width, height = _webp_size(body[0], parts[body[0]])
    kept = [(body[0], parts[body[0]])]
    if b"ALPH" in parts and body == [b"VP8 "]:
        head = struct.pack("<I", 0x10) + _three(width - 1) + _three(height - 1)
        kept = [(b"VP8X", head), (b"ALPH", parts[b"ALPH"]), *kept]
    made = b"WEBP" + b"".join(_webp_part(*part) for part in kept)
    return _sized("webp", width, height, b"RIFF" + struct.pack("<I", len(made)) + made)


def _webp_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at < len(content):
        [length] = struct.unpack_from("<I", content, at + 4)
        if at + 8 + length > len(content):
            raise NoPicture
        yield content[at : at + 4], content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _webp_size(name: bytes, data: bytes) -> tuple[int, int]:
    if name == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and data[0] == 0x2F:
        [bits] = struct.unpack_from("<I", data, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise NoPicture


def _webp_part(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]
