"""Content-Type and Content-Disposition with their parameters (RFC 2045 §5.1, RFC 2183, RFC 2231)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from odzew.channels.email import charset, words

_MAX = 16_384
_PARAM = re.compile(
    rb"(?<![^\s=;\"])([^\s=;\"]++)\s*+="  # Only from where a name begins: a long word costs its length once.
    rb"\s*+(\"(?:[^\"\\]|\\.)*+\"(?=\s*(?:;|\Z|[\w*-]{1,60}\s*=))|\"[^;]*\"?|[^;]*)",
    re.DOTALL,
)
_TYPE = re.compile(rb"\s*\"?([\w.+-]+)\s*/\s*([\w.+-]+)")
_COMMENT = re.compile(rb"\s\([^()\"]*\)")
_SECTION = re.compile(r"(.+?)\*(\d{1,3})?(\*)?\Z")
_FOLD = re.compile(rb"\r?\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Media:
    """A media type ('text/plain') with its parameters; ``said`` is false when the mail named none."""

    type: str
    params: Mapping[str, str] = field(default_factory=dict)
    said: bool = True


PLAIN = Media("text/plain", said=False)
_DIGEST = Media("message/rfc822", said=False)


def media(raw: bytes | None, *, digest: bool = False) -> Media:
    """Return the media type of a part; a part of a digest is a message by default (RFC 2046 §5.1.5)."""
    if raw is None or not raw.strip():
        return _DIGEST if digest else PLAIN
    return _media(bytes(raw[:_MAX]))


@lru_cache(maxsize=512)
def _media(raw: bytes) -> Media:
    """Return the media type read from a raw Content-Type."""
    found = _TYPE.match(raw)
    if found:
        return Media(
            f"{found[1].decode().lower()}/{found[2].decode().lower()}", parameters(raw[found.end() :])
        )
    word = raw.split(b";")[0].strip().lower()
    if word in (b"text", b"html", b"plain"):
        return Media("text/html" if word == b"html" else "text/plain", parameters(raw))
    return Media("application/octet-stream" if word else "text/plain", parameters(raw))


@lru_cache(maxsize=512)
def _disposition(raw: bytes) -> tuple[str, Mapping[str, str]]:
    """Return the kind and the parameters read from a raw Content-Disposition."""
    kind = re.match(rb"\s*\"?([\w-]*)", raw)
    text = kind[1].decode().lower() if kind and b"=" not in raw.split(b";")[0] else ""
    return text, parameters(raw[kind.end() :] if kind and text else raw)


def disposition(raw: bytes | None) -> tuple[str, Mapping[str, str]]:
    """Return how a part wants to be shown ('', 'inline', 'attachment') and its parameters."""
    return _disposition(bytes(raw[:_MAX])) if raw else ("", {})


def parameters(raw: bytes) -> dict[str, str]:
    """Return the parameters, sections joined and every kind of encoding undone."""
    flat = _FOLD.sub(b" ", raw)
    if b"(" in flat and b'"' not in flat:
        flat = _COMMENT.sub(b"", flat)
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for found in _PARAM.finditer(flat):
        key = found[1].decode("ascii", "replace").lower()
        value = _unquoted(found[2])
        section = _SECTION.match(key) if "*" in key else None
        if section:
            number = int(section[2] or 0)
            sections.setdefault(section[1], {}).setdefault(
                number, (value, section[2] is None or bool(section[3]))
            )
        else:
            plain.setdefault(key, words.decode(value))
    for key, pieces in sections.items():
        plain[key] = _joined(pieces)
    return plain


def _unquoted(value: bytes) -> bytes:
    """Return a value without its quotes and escapes."""
    value = value.strip()
    if value.startswith(b'"'):
        value = value[1:-1] if value.endswith(b'"') and len(value) > 1 else value[1:]
        return re.sub(rb'\\(["\\])', rb"\1", value)
    return value.rstrip(b" \t\r\n")


def _joined(pieces: dict[int, tuple[bytes, bool]]) -> str:
    """Return the text of the numbered sections of one parameter (RFC 2231 §3 and §4)."""
    declared = ""
    out = b""
    for number in sorted(pieces):
        value, encoded = pieces[number]
        if encoded and number == min(pieces) and value.count(b"'") >= 2:
            name, _, value = value.split(b"'", 2)
            declared = name.decode("ascii", "replace")
        out += unquote_to_bytes(value) if encoded else value
    if b"=?" in out and not declared:
        return words.decode(out)
    return charset.decode(out, declared).text
