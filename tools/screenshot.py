"""Make docs/today.png: Today of a new demo, in Polish, in light colours, 1440 by 900.

Run it from the root of the repository: .venv/bin/python -m tools.screenshot [FILE]
"""

import struct
import sys
import zlib
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page

from tests.servers.browser import chromium
from tests.servers.desk import desk

PLACE = Path(__file__).resolve().parent.parent / "docs" / "today.png"
AT_MOST = 150 * 1024


def main() -> None:
    """Start a demo, sign in, and keep what Today shows."""
    place = Path(sys.argv[1]) if sys.argv[1:] else PLACE
    with desk(empty=False) as demo, chromium() as browser:
        page = browser.new_page(
            viewport={"width": 1440, "height": 900},
            locale="pl-PL",
            timezone_id="Europe/Warsaw",
            color_scheme="light",
        )
        _sign_in(page, demo.url, *demo.sign_in())
        _keep(page, place)
    size = place.stat().st_size
    sys.stdout.write(f"{place.name}: {size / 1024:.0f} kB\n")
    if size > AT_MOST:
        sys.exit(f"It may have {AT_MOST // 1024} kB.")


def _sign_in(page: Page, url: str, address: str, password: str) -> None:
    page.goto(url)
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.locator("#today").wait_for()
    page.goto(url)  # without the greeting
    page.locator("#today").wait_for()
    page.evaluate("document.fonts.ready")


def _keep(page: Page, place: Path) -> None:
    """Keep the picture with a palette of at most 256 colours; Chromium's own is twice too heavy."""
    rows = _rows(page.screenshot())
    seen = Counter(colour for row in rows for colour in row)
    palette = [colour for colour, _ in seen.most_common(256)]
    nearest = {colour: at for at, colour in enumerate(palette)}
    for colour in seen.keys() - nearest.keys():
        nearest[colour] = min(range(len(palette)), key=lambda at: _distance(colour, palette[at]))
    pixels = b"".join(b"\0" + bytes(nearest[colour] for colour in row) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    ]
    place.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _rows(png: bytes) -> list[list[bytes]]:
    """Return the colours of a PNG of 8-bit RGB, row by row (ISO/IEC 15948, filters 0 to 4)."""
    at, packed, width = 8, b"", 0
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        width = struct.unpack(">I", body[:4])[0] if kind == b"IHDR" else width
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    raw, line, rows = zlib.decompress(packed), bytearray(width * 3), []
    for start in range(0, len(raw), width * 3 + 1):
        line = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * 3], line)
        rows.append([bytes(line[x : x + 3]) for x in range(0, len(line), 3)])
    return rows


def _unfiltered(kind: int, given: bytes, above: bytearray) -> bytearray:
    line = bytearray(given)
    for x, value in enumerate(given):
        left, up, corner = (line[x - 3], above[x], above[x - 3]) if x > 2 else (0, above[x], 0)
        line[x] = (value + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 255
    return line


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


if __name__ == "__main__":
    main()
