"""What a mail server of ours found out about a mail: Authentication-Results (RFC 8601)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from odzew.channels.email import words

NAME = "authentication-results"
NAMELESS = "-"  # as a trusted name: headers that bear none, as those of Microsoft 365
_MOVES_ALONG = (NAME, "received-spf", "arc-authentication-results")  # stand between blocks of one server
_METHODS = ("spf", "dkim", "dmarc")
_RESULT = re.compile(r"([a-z][a-z0-9-]*)(?:/\d+)?=([a-z]+)$")
_PROPERTY = re.compile(r"([a-z-]+\.[a-z0-9_-]+)=(\S+)$")
_AT_EQUALS = re.compile(r"\s*=\s*")


@dataclass(slots=True)
class Finding:
    """One method and what it found."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def trusted_findings(fields: Sequence[tuple[str, bytes]], trusted: Iterable[str]) -> list[Finding]:
    """Return the findings of the topmost block of headers whose server we trust.

    Whatever stands lower came with the mail and may be forged; our server must take away headers
    that bear its own name (RFC 8601 §5).
    """
    names = {name.strip().lower() for name in trusted if name.strip()}
    found: list[Finding] = []
    begun = False
    for name, value in fields if names else ():
        if name != NAME:
            if begun and name not in _MOVES_ALONG:
                break
            continue
        server, findings = read(words.unfold(value).decode("utf-8", "replace"))
        if server in names:
            begun = True
            found += findings
        elif begun:
            break
    return found


def read(value: str) -> tuple[str, list[Finding]]:
    """Return the name of the server (`-` when there is none) and what it found; never raises."""
    first, *rest = [_tidy(part) for part in _parts(value)]
    name = first.split(" ")[0].lower()
    if "=" in first:
        name, rest = NAMELESS, [first, *rest]
    return name, [finding for part in rest if (finding := _finding(part))]


def _finding(part: str) -> Finding | None:
    said = part.split(" ")
    head = _RESULT.match(said[0].lower())
    if head is None or head[1] not in _METHODS:
        return None
    found = Finding(head[1], head[2])
    for word in said[1:]:
        prop = _PROPERTY.match(word)
        if prop:
            found.properties.setdefault(prop[1].lower(), prop[2].strip('"').lower())
    return found


def _parts(value: str) -> list[str]:
    """Return the value cut at its semicolons, without comments; quoted strings are kept whole."""
    parts, depth, quoted = [""], 0, False
    for sign in _signs(value):
        if sign == '"' and not depth:
            quoted = not quoted
        elif sign == "(" and not quoted:
            depth += 1
        elif sign == ")" and depth and not quoted:
            depth -= 1
            continue
        elif sign == ";" and not quoted and not depth:
            parts.append("")
            continue
        if not depth:
            parts[-1] += sign
    return parts


def _signs(value: str) -> Iterator[str]:
    """Return sign by sign, one after a backslash with it."""
    signs = iter(value[:20_000])
    for sign in signs:
        yield sign + next(signs, "") if sign == "\\" else sign


def _tidy(part: str) -> str:
    return _AT_EQUALS.sub("=", " ".join(part.split()))
