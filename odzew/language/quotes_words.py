"""The words by which mail programs mark what they quote, read once from the word lists in data/."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("from", "sent", "date", "to", "cc", "bcc", "reply to", "subject", "other")
MARKERS = ("forwarded", "original", "previous")

# What is drawn as a space, as an apostrophe, or not at all: mail programs strew these about.
_PLAIN = {
    **dict.fromkeys((0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000), " "),
    **dict.fromkeys((0x2019, 0x2018, 0x2BC), "'"),
    0x130: "i",  # Lowered, the Turkish İ would fall apart into two characters.
    **dict.fromkeys((0xAD, 0xFEFF, 0x2060, *range(0x200B, 0x2010), *range(0x202A, 0x202F)), ""),
}
_STRANGE = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]")


def fold(text: str) -> str:
    """Return the text in lower case with single spaces, without invisible characters and asterisks."""
    # The search costs a fifth of the translation that most lines can do without.
    if not text.isascii() and _STRANGE.search(text):
        text = text.translate(_PLAIN)
    return " ".join(text.replace("*", "").lower().split())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of all languages together, since mails mix them; folded, save the field `names`."""

    fields: dict[str, str]
    names: dict[str, str]
    markers: dict[str, str]
    phrases: tuple[str, ...]
    wrote: tuple[str, ...]
    wrote_last: frozenset[str]
    wrote_parts: frozenset[str]
    wrote_inside: tuple[str, ...]
    leads: tuple[str, ...]
    days: frozenset[str]
    above: tuple[str, ...]
    sent_from: tuple[str, ...]
    sent_tails: tuple[str, ...]
    devices: tuple[str, ...]
    below: tuple[str, ...]
    closings: tuple[str, ...]
    pronouns: frozenset[str]
    forwarded_end: frozenset[str]
    users: frozenset[str]
    re: frozenset[str]
    fw: frozenset[str]


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield each entry of a word list with the name of its section.

    A list is plain text: "# remark", "[section]", then one entry a line.
    """
    section = ""
    for line in text.splitlines():
        entry = line.strip()
        if entry.startswith("[") and entry.endswith("]"):
            section = entry[1:-1]
        elif entry and not entry.startswith("#"):
            yield section, entry


def gathered(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the entries of all word lists by section."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for section, entry in sections(text):
            found.setdefault(section, []).append(fold(entry))
            if section in FIELDS:
                found.setdefault(f"{section} as written", []).append(entry)
    return found


def _named(found: dict[str, list[str]], kinds: tuple[str, ...]) -> dict[str, str]:
    return {entry: kind for kind in reversed(kinds) for entry in found.get(kind, ())}


def _longest_first(entries: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(entries), key=lambda entry: (-len(entry), entry)))


def words(found: dict[str, list[str]]) -> Words:
    """Return the word lists in the shapes in which they are looked up."""
    markers = _named(found, MARKERS)
    sent = found["sent from"]
    return Words(
        fields=_named(found, FIELDS),
        names={name: kind for kind in reversed(FIELDS) for name in found.get(f"{kind} as written", ())},
        markers=markers,
        phrases=_longest_first(markers),
        wrote=_longest_first(found["wrote"]),
        wrote_last=frozenset(entry.rpartition(" ")[2] for entry in found["wrote"]),
        wrote_parts=frozenset(part for entry in found["wrote"] for part in entry.split()),
        wrote_inside=_longest_first(f" {entry} " for entry in found["wrote"]),
        leads=_longest_first(f"{entry} " for entry in found["lead"]),
        days=frozenset(
            day for entry in found["weekday"] + found["month"] for day in entry.split() if day[1:]
        ),
        above=_longest_first(found["above"]),
        sent_from=_longest_first(entry for entry in sent if not entry.startswith("...")),
        sent_tails=_longest_first(entry[3:] for entry in sent if entry.startswith("...")),
        devices=_longest_first(found["device"]),
        below=_longest_first(found["see below"]),
        closings=_longest_first(found["closing"]),
        pronouns=frozenset(found["i"]),
        forwarded_end=frozenset(found["forwarded end"]),
        users=frozenset(found["user"]),
        re=frozenset(found["re"]),
        fw=frozenset(found["fw"]),
    )


def lists() -> Iterator[str]:
    """Yield the text of each word list."""
    for path in sorted((Path(__file__).parent / "data").glob("*.txt")):
        yield path.read_text(encoding="utf-8")


WORDS = words(gathered(lists()))
