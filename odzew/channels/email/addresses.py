"""Addresses out of From, To, Cc and their like (RFC 5322 §3.4), also badly written ones.

One pass over tokens, no recursion: 5,000 recipients and ten thousand brackets cost their length.
"""

import re
from dataclasses import dataclass

from odzew.channels.email import charset, words

_MAX = 400_000  # Some 10,000 receivers.
_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?<>@]*\?=)"""
    r"""|(?P<quoted>"[^"\\]{0,500}+(?:\\.[^"\\]{0,500}+){0,50}+")"""
    r"""|(?P<angle><[^<>]*>)"""
    r"""|(?P<mark>[(),;:<>"])"""
    r"""|(?P<text>(?:[^\s(),;:<>"=]|=(?!\?))+|=)"""
    r"""|(?P<blank>\s+)""",
    re.DOTALL,
)
# Only from where a word begins, so that a long word without an @ costs its length once.
_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\],;:\"@])[^\s<>()\[\],;:\"@]++@(?:\[[^\s\[\]]+\]|[^\s<>()\[\],;:\"@]+)"
)
_BARE = re.compile(r"(?:\"[^\"]{0,500}+\"|(?<![^\s<>(),;:\"@])[^\s<>(),;:\"@]++)@\S+")


_SIMPLE = re.compile(
    r"\s*(?:\"([^\"\\<>]*)\"|([^\"\\<>,;:()@=?']*))\s*<([\w.+=&/!#$%*-]+@[A-Za-z0-9.-]*[A-Za-z0-9])>\s*\Z",
    re.ASCII,
)
# The same with a name of encoded words.
_ENCODED = re.compile(
    r"\s*((?:=\?[^?\s]{1,60}\?[bBqQ]\?[^?<>@\s]*\?=\s*)+)"
    r"<([\w.+=&/!#$%*-]+@[A-Za-z0-9.-]*[A-Za-z0-9])>\s*\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A name ('' when none) and a mail address ('' when it is none)."""

    name: str
    email: str


@dataclass(slots=True)
class _Item:
    """What has been read of one address so far."""

    phrase: list[str]
    comment: list[str]
    angle: str | None = None
    named: int = 0  # How much of the phrase stood before the address.


def read(raw: bytes, hint: str = "") -> list[Address]:
    """Return the addresses of one header value, in order; never raises."""
    flat = words.unfold(raw[:_MAX])
    text = flat.decode("ascii") if flat.isascii() else charset.decode(flat, hint=hint).text
    simple = _SIMPLE.match(text)
    if simple and "=?" not in text:
        name = " ".join((simple[1] or simple[2] or "").split())
        return [Address("" if name == simple[3] else name, simple[3])]
    if encoded := _ENCODED.match(text):
        name = _name(encoded[1])
        return [Address("" if name == encoded[2] else name, encoded[2])]
    return [address for item in _items(text) if (address := _address(item))]


def _items(text: str) -> list[_Item]:
    """Return the text cut at its commas, comments apart."""
    items: list[_Item] = []
    item = _Item([], [])
    depth = 0
    for found in _TOKEN.finditer(text):
        sign, kind = found[0], found.lastgroup
        if kind == "mark" and sign in "()":
            depth = depth + 1 if sign == "(" else max(0, depth - 1)
        elif depth:
            item.comment.append(sign)
        elif sign in (",", ";"):
            if item.phrase or item.comment or item.angle is not None:
                items.append(item)
                item = _Item([], [])
        elif sign == ":" and not any("@" in piece for piece in item.phrase) and item.angle is None:
            item = _Item([], [])
        elif kind == "angle":
            item = _angle(items, item, sign)
        else:
            item.phrase.append(sign)
    return _with_names(_reopened([*items, item], depth, text))


def _angle(items: list[_Item], item: _Item, sign: str) -> _Item:
    """Return the item to go on with: a second <address> without a comma between begins a new one."""
    if item.angle and "@" in item.angle and "@" in sign:
        items.append(_Item(item.phrase[: item.named], item.comment, item.angle))
        rest = item.phrase[item.named :]
        return _Item(rest, [], sign[1:-1], len(rest))
    if item.angle is not None:
        item.phrase.append(item.angle)
    item.angle, item.named = sign[1:-1], len(item.phrase)
    return item


def _reopened(items: list[_Item], depth: int, text: str) -> list[_Item]:
    """Return the items, or those behind a bracket that was never closed if it swallowed every address."""
    if not depth or any(_mail(item) for item in items):
        return items
    return [_Item([], [], found) for found in _ADDRESS.findall(text)[:10_000]]


def _with_names(items: list[_Item]) -> list[_Item]:
    """Return the items with unquoted 'Smith, Jane <jane@…>' put together again."""
    out: list[_Item] = []
    for item in items:
        before = out[-1] if out else None
        loose = (
            before is not None
            and before.angle is None
            and before.phrase
            and not any("@" in p for p in before.phrase)
        )
        if loose and before is not None and item.angle and "".join(item.phrase).strip():
            out[-1] = _Item([*before.phrase, ",", *item.phrase], before.comment + item.comment, item.angle)
        else:
            out.append(item)
    return out


def _mail(item: _Item) -> str:
    """Return the mail address of an item, '' when there is none."""
    source = item.angle if item.angle is not None else "".join(item.phrase)
    source = re.sub(r"\s*([@.])\s*", r"\1", source.strip()) if item.angle is not None else source.strip()
    source = source.removeprefix("mailto:").strip("'\" ")
    found = _ADDRESS.search(source) or _BARE.search(source)
    if found:
        return found[0].strip("'\"").rstrip(".>")
    if item.angle is None:
        inner = _ADDRESS.search(" ".join(item.phrase) + " " + " ".join(item.comment))
        return inner[0] if inner else ""
    return "".join(source.split()) if item.angle and " " not in source else ""


def _address(item: _Item) -> Address | None:
    """Return an item as an address, None when nothing in it is either name or address."""
    phrase, comment = "".join(item.phrase), "".join(item.comment)
    email = _mail(item)
    if not email and "=?" in phrase and "@" in (plain := _decoded(phrase)):
        return next(iter(read(plain.encode("utf-8", "replace"))), None)
    name = _name(phrase) if item.angle is not None else _outside(phrase, email)
    if name and comment.strip() and item.angle is not None:
        name = f"{name} ({_name(comment)})"
    name = name or _outside(comment, email)
    if not email and not name:
        return None
    return Address("" if name == email else name, email)


def _decoded(phrase: str) -> str:
    """Return a phrase with its encoded words read."""
    return words.decode(phrase.encode("utf-8", "surrogateescape")).replace("=?", "= ?")


def _outside(phrase: str, email: str) -> str:
    """Return what stands beside a bare address."""
    return _name(phrase.replace(email, " ", 1)) if email else _name(phrase)


def _name(phrase: str) -> str:
    """Return a display name: quotes and escapes gone, encoded words read."""
    phrase = phrase.strip()
    if phrase.startswith('"') and phrase.endswith('"') and len(phrase) > 1:
        phrase = phrase[1:-1]
    elif (
        '"' in phrase
        and phrase.count('"') % 2 == 0
        and re.fullmatch(r'(?:[^"]*"[^"]*")*[^"]*', phrase)
        and not re.search(r'\w"\w', phrase)
    ):
        phrase = re.sub(r'"([^"]*)"', r"\1", phrase)
    phrase = re.sub(r'\\(["\\()])', r"\1", phrase)
    text = _decoded(phrase) if "=?" in phrase else words.tidy(phrase)
    return (
        re.sub(r"\s+", " ", text).strip(' "')
        if not _inner_quotes(text)
        else re.sub(r"\s+", " ", text).strip()
    )


def _inner_quotes(text: str) -> bool:
    """Return whether quotes within a name are meant, as in Jürgen "Blitz" Weber."""
    return text.count('"') == 2 and not text.startswith('"')
