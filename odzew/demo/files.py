"""Files that customers and shop send along: pictures and a document, drawn here."""

import struct
import zlib

WIDTH, HEIGHT = 240, 180
SKY, SAND, STRING = (150, 196, 226), (226, 205, 160), (70, 70, 80)
Colour = tuple[int, int, int]
UNSAFE = str.maketrans("()\\", "[]/")  # what would end a string of a PDF


def content(filename: str, words: str) -> tuple[bytes, str]:
    """Return the bytes and the media type of a file of this name; `words` is what a document says."""
    if filename.endswith(".pdf"):
        return document(words), "application/pdf"
    seed = zlib.crc32(filename.encode())
    return picture((120 + seed % 136, 40 + seed // 7 % 120, 30 + seed // 11 % 140)), "image/png"


def picture(colour: Colour) -> bytes:
    """Return a PNG of a kite over a beach."""
    rows = b"".join(b"\0" + _row(y, colour) for y in range(HEIGHT))
    head = struct.pack("!IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _row(y: int, colour: Colour) -> bytes:
    row = bytearray(bytes(SAND if y > 152 else (SKY[0] + y // 3, SKY[1] + y // 5, SKY[2])) * WIDTH)
    down = y - 64
    if 0 < down < 88:
        for x in (130 + (down // 5 % 2 * 6 - 3) * (down > 66), 130 - down * 6 // 5):
            row[3 * x : 3 * x + 6] = bytes(STRING) * 2
    half = 40 - abs(down) * 40 // (46 if down < 0 else 66)
    if half > 0:
        red, green, blue = colour
        sides = [bytes(colour) * half, bytes((red * 3 // 4, green * 3 // 4, blue * 3 // 4)) * half]
        row[3 * (130 - half) : 3 * (130 + half)] = b"".join(sides if down < 0 else reversed(sides))
    return bytes(row)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))


def document(words: str) -> bytes:
    """Return a PDF of one page with these words, Latin letters only (ISO 32000-1 §7.5)."""
    lines = [line.translate(UNSAFE) for line in words.splitlines()]
    shown = "BT /F1 12 Tf 56 780 Td 18 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    stream = shown.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end
