"""Bytes of unknown or falsely named character sets made into text.

A declared charset is believed when the bytes fit it. When they do not, or none was declared, UTF-8 is
tried, then the charsets of our customers' languages by how ordinary the letters are that come out.
"""

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from odzew.channels.email import likeliest, notes

_ALIASES = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "iso-gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "utf8mb4": "utf_8",
    "utf-8-sig": "utf_8_sig",
    "unicode": "utf_16",
    "koi8-ru": "koi8_u",
    "koi8": "koi8_r",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "dos-866": "cp866",
}
_SILENT = {
    "",
    "us-ascii",
    "ascii",
    "unknown-8bit",
    "x-unknown",
    "unknown",
    "8bit",
    "7bit",
    "none",
    "default",
    "_charset",
    "binary",
}
_NOT_TEXT = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_LATIN = {"cp1252", "iso8859-2", "cp1250", "iso8859-15", "cp1254"}
_C1_TWIN = {"iso8859-2": "cp1250", "iso8859-15": "cp1252", "iso8859-7": "cp1253", "iso8859-13": "cp1257"}
_STATEFUL = {"utf-7", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}
_KNOWN_NAME = re.compile(
    r"utf-?8|iso[-_ ]?8859-(?:1[0-6]|[1-9])|windows-?125[0-8]|cp-?125[0-8]|koi8-?[ru]|gb\w*2312|gbk|big5"
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True, slots=True)
class Read:
    """The text, the codec that gave it, and what is uncertain about it ('' when nothing)."""

    text: str
    codec: str
    note: str = ""


@lru_cache(maxsize=256)
def codec(name: str) -> str | None:
    """Return the Python codec for a charset's name, '' when the name says nothing, None when unknown."""
    name = name.strip().strip("\"'").lower().replace("\x00", "")
    if name in _SILENT:
        return ""
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return _cleaned(name)
    if not getattr(info, "_is_text_encoding", True) or info.name in _NOT_TEXT:
        return None
    return _ALIASES.get(info.name, info.name)


def _cleaned(name: str) -> str | None:
    """Return the codec for a name with dirt around it, such as 'windows-1252http-equiv'."""
    found = _KNOWN_NAME.search(name)
    if not found or found[0] == name:
        return None
    return codec(re.sub(r"^windows-?|^cp-?", "cp", found[0]) if "125" in found[0] else found[0])


def decode(data: bytes, declared: str = "", hint: str = "") -> Read:
    """Return the bytes as text; never raises. ``hint`` is a charset seen elsewhere in the same mail."""
    known = codec(declared[:100])
    if data.isascii() and not _stateful(known):
        return _ascii(data, known)
    if known:
        return _declared(data, known)
    note = notes.of(notes.CHARSET_UNKNOWN, declared[:40]) if known is None else ""
    return guess(data, hint, note)


def _stateful(known: str | None) -> bool:
    """Return whether ASCII bytes in that codec may stand for other characters."""
    return known is not None and (known in _STATEFUL or known.startswith("iso2022"))


def _ascii(data: bytes, known: str | None) -> Read:
    """Return ASCII bytes as text, also those of Japanese mail that does not say what it is."""
    if b"\x1b$" in data and not known:
        with suppress(UnicodeError):
            return Read(data.decode("iso2022_jp_ext"), "iso2022_jp_ext")
    return Read(data.decode("ascii"), known or "ascii")


def _declared(data: bytes, known: str) -> Read:
    """Return the bytes by the declared codec if they fit it, by a better one if they do not."""
    if known in _LATIN and _is_utf8(data):
        return Read(data.decode("utf-8"), "utf-8", notes.UTF8_AFTER_ALL)
    twin = _C1_TWIN.get(known)
    if twin and re.search(rb"[\x80-\x9f]", data):
        known = twin
    try:
        return Read(_whole(data.decode(known), known), known)
    except (UnicodeError, ValueError, LookupError):
        return _damaged(data, known)


def _whole(text: str, known: str) -> str:
    """Return the text without half characters, which UTF-7 and UTF-16 can give and UTF-8 cannot hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _stateful(known) else text


def _is_utf8(data: bytes) -> bool:
    """Return whether the bytes are UTF-8 that no Latin text could be by chance."""
    if _UTF8_PAIR.search(data) is None:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _damaged(data: bytes, known: str) -> Read:
    """Return bytes that break their own charset: with marks for few bad places, else guessed anew."""
    marked = _whole(data.decode(known, "replace"), known)
    bad = marked.count("\ufffd")
    high = sum(1 for sign in marked if sign > "\x7f")
    if bad * 5 <= high or _stateful(known) and bad * 20 < len(marked):
        return Read(marked, known, notes.SIGNS_LOST)
    if known != "utf-8" and _mostly_utf8(data, 0):
        return Read(data.decode("utf-8", "replace"), "utf-8", notes.UTF8_AFTER_ALL)
    other = guess(data, "", notes.CHARSET_MISFIT)
    return other if "\ufffd" not in other.text else Read(marked, known, notes.SIGNS_LOST)


def guess(data: bytes, hint: str = "", note: str = "") -> Read:
    """Return bytes without a declared charset as the likeliest text."""
    if data.isascii():
        return _ascii(data, None)
    try:
        return Read(data.decode("utf-8"), "utf-8", note)
    except UnicodeDecodeError as error:
        if _mostly_utf8(data, error.start):
            return Read(data.decode("utf-8", "replace"), "utf-8", note or notes.SIGNS_LOST)
    hinted = codec(hint[:100]) if hint else None
    if hinted and hinted not in ("utf-8", "ascii") and not _stateful(hinted):
        try:
            return Read(data.decode(hinted), hinted, note)
        except (UnicodeError, ValueError, LookupError):
            pass
    best = likeliest.codec(data)
    said = note or notes.CHARSET_GUESSED
    return Read(data.decode(best, "replace"), best, said)


def _mostly_utf8(data: bytes, at: int) -> bool:
    """Return whether only a few bytes of otherwise good UTF-8 are broken (``at``: the first of them)."""
    sample = data[:20_000]
    good = sum(len(found) for found in _UTF8_PAIR.findall(sample))
    return good > 2 * (sum(len(found) for found in _HIGH.findall(sample)) - good) or (
        at > len(data) - 4 and good > 0
    )
