"""Rich text out of winmail.dat: unpacked (MS-OXRTFCP) and made plain text again (MS-OXRTFEX)."""

import re
import struct

_MAX = 8_000_000
_PRESET = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
# fmt: off
_SKIPPED = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "datastore", "generator",
    "listtable", "listoverridetable", "rsidtbl", "xmlnstbl", "latentstyles", "header", "footer", "headerl",
    "headerr", "footerl", "footerr", "mmathpr", "fldinst", "bkmkstart", "bkmkend",
))
_SIGNS = {
    "par": "\n", "line": "\n", "tab": "\t", "cell": "\t", "row": "\n", "sect": "\n", "page": "\n",
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": " ", "enspace": " ",
}
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}
# fmt: on


def unpack(data: bytes) -> bytes:
    """Return the RTF of a compressed rich text property; what is cut off is left out.

    Source: MS-OXRTFCP §2.1.3 (a ring of 4,096 bytes filled with a known beginning).
    """
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<I I 4s", data)
    if kind == b"MELA":
        return data[16 : 16 + min(size, _MAX)]
    if kind != b"LZFu":
        return b""
    return _inflate(data, min(size, _MAX))


def _inflate(data: bytes, size: int) -> bytes:
    """Return the bytes behind the references into the ring."""
    out = bytearray(_PRESET)
    limit = len(_PRESET) + size
    at = 16
    while at < len(data) and len(out) < limit:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= limit:
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            if not _refer(out, token >> 4, (token & 15) + 2):
                return bytes(out[len(_PRESET) :])
    return bytes(out[len(_PRESET) : limit])


def _refer(out: bytearray, offset: int, length: int) -> bool:
    """Repeat an earlier stretch; return False at the mark of the end."""
    position = len(out) % 4096
    if offset == position:
        return False
    start = len(out) - ((position - offset) % 4096)
    for step in range(length):
        out.append(out[start + step] if start + step >= 0 else 32)
    return True


class _Reader:
    """The state of one reading of RTF: group by group."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.codec = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.pending = b""
        self.skip_after_unicode = 1
        self.to_skip = 0
        self.ignored = 0  # The depth at which an unwanted group began, 0 when none.
        self.depth = 0
        self.stack: list[tuple[int, str]] = []

    def flush(self) -> None:
        """Add the waiting bytes as text."""
        if self.pending:
            codec = self.fonts.get(self.font, self.codec)
            try:
                self.out.append(self.pending.decode(codec, "replace"))
            except LookupError:
                self.out.append(self.pending.decode("cp1252", "replace"))
            self.pending = b""

    def say(self, text: str) -> None:
        """Add text unless it stands in an unwanted group."""
        self.flush()
        if not self.ignored:
            self.out.append(text)


def text(raw: bytes) -> str:
    """Return the readable text of RTF."""
    reader = _Reader()
    for found in _TOKEN.finditer(raw[:_MAX]):
        if found[5]:
            _group(reader, found[5])
        elif found[1]:
            _control(reader, found[1].decode("ascii"), found[2])
        elif found[3]:
            _bytes(reader, bytes.fromhex(found[3].decode("ascii")))
        elif found[4]:
            _symbol(reader, found[4])
        elif found[6]:
            _bytes(reader, found[6])
    reader.flush()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.out)).strip()


def _group(reader: _Reader, brace: bytes) -> None:
    """Open or close a group."""
    reader.flush()
    if brace == b"{":
        reader.stack.append((reader.font, ""))
        reader.depth += 1
        return
    if reader.stack:
        reader.font = reader.stack.pop()[0]
    if reader.ignored == reader.depth:
        reader.ignored = 0
    reader.depth = max(0, reader.depth - 1)


def _control(reader: _Reader, word: str, number: bytes | None) -> None:
    """Obey a control word."""
    value = int(number) if number else 0
    if word in _SKIPPED and not reader.ignored:
        reader.flush()
        reader.ignored = max(1, reader.depth)
    if word == "ansicpg":
        reader.codec = f"cp{value}"
    elif word == "f":
        reader.flush()
        reader.font = value
    elif word == "fcharset":
        reader.fonts[reader.font] = _CHARSETS.get(value, reader.codec)
    elif word == "uc":
        reader.skip_after_unicode = max(0, value)
    elif word == "u":
        reader.say(chr(value & 0xFFFF) if not 0xD800 <= value & 0xFFFF <= 0xDFFF else "\ufffd")
        reader.to_skip = reader.skip_after_unicode
    elif word in _SIGNS:
        reader.say(_SIGNS[word])


def _symbol(reader: _Reader, sign: bytes) -> None:
    """Obey a control symbol."""
    if sign == b"*" and not reader.ignored:
        reader.flush()
        reader.ignored = max(1, reader.depth)
    elif sign in b"\\{}":
        _bytes(reader, sign)
    elif sign == b"~":
        reader.say("\xa0")
    elif sign in b"\r\n":
        reader.say("\n")


def _bytes(reader: _Reader, data: bytes) -> None:
    """Add bytes of text; those that only stand in for a Unicode character before them fall away."""
    if reader.to_skip:
        cut = min(reader.to_skip, len(data))
        reader.to_skip -= cut
        data = data[cut:]
    if data and not reader.ignored:
        reader.pending += data
