"""Raw mail split into its parts, whatever state it is in (RFC 5322, RFC 2045, RFC 2046).

Written for speed and for damage: one pass of a compiled expression over the header, ``bytes.find``
over the bodies, no recursion. Every byte belongs to a part, a preamble or an epilogue.
"""

import re
from dataclasses import dataclass, field

from odzew.channels.email import notes, params, transfer

MAX_DEPTH = 40  # Real mail stays under ten; below this a part is kept whole as an attachment.
MAX_PARTS = 2_000
_LOOK_AHEAD = 40  # Gateways that unfold wrongly leave this many lines without a name.

_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t]++[^\s][^\n]*)*)(?:\n|\Z)")
_KNOWN = re.compile(
    rb"(?:received|from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|mime-version"
    rb"|return-path|delivered-to|content-[a-z-]+|x-[\w-]+|list-[a-z-]+|user-agent|precedence|auto-submitted"
    rb"|thread-[a-z]+|dkim-signature|authentication-results|importance|organization)[ \t]*:",
    re.IGNORECASE,
)
_ENVELOPE = re.compile(rb">?From [^\n]*\n")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s][^\n]{0,200}?)[ \t]*\r?\n[Cc]ontent-", re.MULTILINE)
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")

Headers = list[tuple[str, bytes]]


@dataclass(slots=True)
class Part:
    """One node of the tree: its headers and where its body lies in ``buffer``."""

    buffer: bytes
    start: int
    end: int
    headers: Headers = field(default_factory=list)
    body_at: int = 0
    depth: int = 0
    children: list["Part"] = field(default_factory=list)
    preamble: bytes = b""
    epilogue: bytes = b""
    remarks: list[str] = field(default_factory=list)
    media: params.Media = params.PLAIN
    digest: bool = False

    def header(self, name: str) -> bytes | None:
        """Return the raw value of the first header of that lower-case name."""
        return next((value for known, value in self.headers if known == name), None)

    def body(self) -> bytes:
        """Return the body as it came, still in its transfer encoding."""
        return self.buffer[self.body_at : self.end]

    def whole(self) -> bytes:
        """Return headers and body as they came."""
        return self.buffer[self.start : self.end]

    @property
    def encoding(self) -> str:
        """The transfer encoding, normalised ('' when none was said)."""
        return transfer.name(self.header("content-transfer-encoding"))


def split(raw: bytes, depth: int = 0) -> Part:
    """Return the tree of parts of a raw mail; ``depth``: how deep it stood in another."""
    raw = _one_newline(raw)
    root = Part(raw, first_header(raw), len(raw), depth=depth)
    pending, count = [root], 0
    while pending:
        part = pending.pop()
        count += 1
        read_headers(part)
        if part.media.type.startswith("multipart/"):
            _divide(part, room=MAX_PARTS - count - len(pending))
            pending.extend(reversed(part.children))
    return root


def _one_newline(raw: bytes) -> bytes:
    r"""Return the mail with \n or \r\n line ends (old Mac and broken gateways send \r alone)."""
    if b"\n" not in raw:
        return raw.replace(b"\r", b"\n")
    if b"\r\r\n" in raw[:2000]:
        return raw.replace(b"\r\r\n", b"\r\n")
    return raw


def first_header(raw: bytes) -> int:
    """Return where the headers begin: after a byte order mark, blank lines and an mbox line."""
    at = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while at < len(raw) and raw[at] in b"\r\n":
        at += 1
    envelope = _ENVELOPE.match(raw, at)
    return envelope.end() if envelope else at


def read_headers(part: Part) -> None:
    """Fill in the headers, the media type and where the body begins."""
    at, end, buffer, headers = part.start, part.end, part.buffer, part.headers
    while at < end:
        found = _HEADER.match(buffer, at, end)
        if found:
            headers.append((found[1].decode("ascii").lower(), found[2]))
            at = found.end()
            continue
        after, more = _odd_line(part, at)
        at = after
        if not more:
            break
    part.body_at = at
    part.media = params.media(part.header("content-type"), digest=part.digest)


def _odd_line(part: Part, at: int) -> tuple[int, bool]:
    """Return where to read on after a line that is no header, and whether headers still follow."""
    buffer, end = part.buffer, part.end
    newline = buffer.find(b"\n", at, end)
    after = end if newline < 0 else newline + 1
    line = buffer[at:after]
    if not line.strip():
        plain = line in (b"\n", b"\r\n", b"\r")
        return after, not plain and _KNOWN.match(buffer, after, end) is not None
    if not _headers_follow(buffer, after, end):
        return (at if part.headers else part.start), False
    if part.headers and not _ENVELOPE.match(line):
        name, value = part.headers[-1]
        part.headers[-1] = (name, value + b" " + line.strip())
    return after, True


def _headers_follow(buffer: bytes, at: int, end: int) -> bool:
    """Return whether a known header stands within the next lines, before a blank one."""
    for _ in range(_LOOK_AHEAD):
        if _KNOWN.match(buffer, at, end):
            return True
        newline = buffer.find(b"\n", at, end)
        if newline < 0 or not buffer[at:newline].strip():
            return False
        at = newline + 1
    return False


def _divide(part: Part, room: int) -> None:
    """Cut a multipart into its children, or say in its notes why it stays whole."""
    if part.depth >= MAX_DEPTH or room <= 0:
        part.remarks.append(notes.TOO_DEEP)
        return
    _undo_transfer(part)
    cuts = _cuts(part, part.media.params.get("boundary", "").encode("utf-8", "surrogateescape"))
    if not cuts:
        guess = _GUESSED_BOUNDARY.search(part.buffer, part.body_at, part.end)
        cuts = _cuts(part, guess[1]) if guess else []
        if guess:
            part.remarks.append(notes.BOUNDARY_GUESSED)
    if not cuts:
        return
    _adopt(part, cuts, room)


def _undo_transfer(part: Part) -> None:
    """Decode a multipart that was encoded as a whole, which RFC 2045 §6.4 forbids and some mailers do."""
    if part.encoding not in ("base64", "quoted-printable"):
        return
    boundary = part.media.params.get("boundary", "").encode("utf-8", "surrogateescape")
    if part.buffer.find(b"--" + boundary, part.body_at, part.end) >= 0:
        return
    decoded = transfer.decode(part.body(), part.encoding).data
    part.buffer, part.start, part.body_at, part.end = decoded, 0, 0, len(decoded)


def _cuts(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    """Return the delimiter lines as (where it begins, where the next part begins, whether it closes)."""
    if not boundary:
        return []
    cuts: list[tuple[int, int, bool]] = []
    buffer, end, needle = part.buffer, part.end, b"--" + boundary
    at = buffer.find(needle, part.body_at, end)
    while at >= 0:
        tail = _DELIMITER_END.match(buffer, at + len(needle), end)
        if tail and (at == part.body_at or buffer[at - 1] == 10):
            cuts.append((at, tail.end(), tail[1] is not None))
            at = buffer.find(needle, max(tail.end(), at + 1), end)
        else:
            at = buffer.find(needle, at + 1, end)
    return cuts


def _adopt(part: Part, cuts: list[tuple[int, int, bool]], room: int) -> None:
    """Make the children between the delimiter lines; what stands around them is kept as pre- and epilogue."""
    part.preamble = part.buffer[part.body_at : cuts[0][0]]
    digest = part.media.type == "multipart/digest"
    for index, (_, begin, closes) in enumerate(cuts):
        last = index + 1 == len(cuts)
        finish = part.end if last else cuts[index + 1][0]
        if closes:
            part.epilogue += part.buffer[begin:finish]
            continue
        if len(part.children) >= room:
            part.remarks.append(notes.TOO_DEEP)
            part.children.append(_rest(part, begin))
            return
        stop = finish if last else _before_newline(part.buffer, begin, finish)
        part.children.append(Part(part.buffer, begin, stop, depth=part.depth + 1, digest=digest))
    if cuts and not any(closes for *_, closes in cuts):
        part.remarks.append(notes.CUT_OFF)


def _rest(part: Part, begin: int) -> Part:
    """Return all that is left of a multipart as one leaf."""
    rest = b"Content-Type: application/octet-stream\n\n" + part.buffer[begin : part.end]
    return Part(rest, 0, len(rest), depth=part.depth + 1)


def _before_newline(buffer: bytes, begin: int, finish: int) -> int:
    """Return the end of a part: the newline before a delimiter belongs to the delimiter (RFC 2046 §5.1.1)."""
    if finish > begin and buffer[finish - 1] == 10:
        finish -= 1
        if finish > begin and buffer[finish - 1] == 13:
            finish -= 1
    return finish


def leaves(root: Part) -> list[Part]:
    """Return the parts that hold no parts, in order."""
    out: list[Part] = []
    pending = [root]
    while pending:
        part = pending.pop()
        if part.children:
            pending.extend(reversed(part.children))
        else:
            out.append(part)
    return out
