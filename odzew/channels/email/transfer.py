"""Content-Transfer-Encoding undone, as far as the bytes allow (RFC 2045 §6)."""

import binascii
import re
from dataclasses import dataclass
from functools import lru_cache

from odzew.channels.email import notes, uu

_NAMES = {
    "base64": "base64",
    "b": "base64",
    "quoted-printable": "quoted-printable",
    "quotedprintable": "quoted-printable",
    "q": "quoted-printable",
    "qp": "quoted-printable",
    "x-uuencode": "uuencode",
    "uuencode": "uuencode",
    "x-uue": "uuencode",
    "uue": "uuencode",
}
_LONGEST_NAME = 200
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_USUAL = _LETTERS + b"= \t\r\n\v\f"
_OTHERS = bytes(set(range(256)) - set(_LETTERS))


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came out: the bytes, what stood behind them unencoded, and what went wrong ('' when nothing)."""

    data: bytes
    trailer: bytes = b""
    note: str = ""


def name(raw: bytes | None) -> str:
    """Return the normalised name of a transfer encoding, '' for those that change nothing."""
    if not raw:
        return ""
    return _name(bytes(raw.strip()[:_LONGEST_NAME]))


@lru_cache(maxsize=64)
def _name(raw: bytes) -> str:
    word = re.split(rb"[\s;(,]", raw.strip(b"\"'"), maxsplit=1)[0]
    return _NAMES.get(word.decode("ascii", "replace").lower(), "")


def decode(body: bytes, encoding: str) -> Decoded:
    """Return the body without its transfer encoding."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return Decoded(binascii.a2b_qp(body))
    if encoding == "uuencode":
        return _uuencode(body)
    return Decoded(body)


def _base64(body: bytes) -> Decoded:
    """Return the bytes of base64; text that a gateway hung on behind is split off as the trailer."""
    if not body.translate(None, _USUAL) and not _looks_plain(body, b""):
        return Decoded(unpad(body))
    foreign = _FOREIGN.search(body)
    if foreign is None:
        return _not_base64(body)
    line = body.rfind(b"\n", 0, foreign.start()) + 1
    before = body[:line]
    if _looks_plain(body, before):
        return _not_base64(body)
    if before.strip() and _looks_plain(body[line:], b""):
        return Decoded(unpad(before), trailer=body[line:])
    return Decoded(unpad(_FOREIGN.sub(b"", body)), note=notes.BASE64_DAMAGED)


def _not_base64(body: bytes) -> Decoded:
    """Return the body as it came, and say so."""
    return Decoded(body, note=notes.NOT_BASE64)


def _looks_plain(body: bytes, before: bytes) -> bool:
    """Return whether the body was never base64: several short words on a line, from its first line on."""
    if before.strip():
        return False
    sample = body[:2_000].strip()
    return (len(sample.split()) - len(sample.split(b"\n"))) * 12 > len(sample)


def unpad(text: bytes) -> bytes:
    """Return decoded base64, forgiving missing, doubled and inner padding.

    >>> unpad(b"YQ") + unpad(b"YQ==Yg==")
    b'aab'
    """
    if b"=" not in text.rstrip()[:-2]:
        try:
            return binascii.a2b_base64(text)
        except binascii.Error:
            pass
    return b"".join(_piece(piece) for piece in re.split(rb"=+", text))


def _piece(text: bytes) -> bytes:
    """Return one unpadded piece of base64 decoded; a single last character carries no whole byte."""
    letters = text.translate(None, _OTHERS)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _uuencode(body: bytes) -> Decoded:
    """Return the bytes of a uuencoded body."""
    files, rest = uu.cut(body)
    if not files and (bare := uu.bare(body)) is not None:
        return Decoded(bare)
    if not files:
        return Decoded(body, note=notes.NOT_UUENCODED)
    return Decoded(files[0].data, trailer=rest.strip(), note=files[0].note)
