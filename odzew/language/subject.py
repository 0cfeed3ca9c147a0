"""Subjects: what a mail program puts before the words of the customer ("Re:", "Odp:", "Fwd:")."""

import re

from odzew.language.fold import fold as plain, words
from odzew.language.quotes_words import WORDS, fold

# "Re:", "RE[2]:", "Re (3) :", "AW--", "[FW: ...]"; the word itself is looked up in the word lists.
_PREFIX = re.compile(
    r"\s*+([\[(]?)\s*+([^\s\[\]():\uff1a;>-]{1,12})\s*(?:[\[(]\d{1,3}[\])]\s*|\d{1,3}\s*)?"
    r"(?:[:\uff1a;)]|-(?!\w))[\s:\uff1a;)-]*"
)
_MOST_PREFIXES = 50


def _prefixes(subject: str) -> tuple[list[str], str]:
    """Return the words before the subject, and the subject without them."""
    found: list[str] = []
    bracket = ""
    while len(found) < _MOST_PREFIXES and (match := _PREFIX.match(subject)):
        word = fold(match[2])
        if word not in WORDS.re and word not in WORDS.fw:
            break
        found.append(word)
        bracket = bracket or match[1]
        subject = subject[match.end() :]
    subject = subject.strip()
    return found, subject.removesuffix({"[": "]", "(": ")"}.get(bracket, "")).rstrip()


def strip(subject: str) -> str:
    """Return the subject without "Re:", "Fwd:" and their kin in any language."""
    return _prefixes(subject)[1]


def is_forward(subject: str) -> bool:
    """Return whether the outermost prefix may say that the mail is forwarded.

    "VS" says so in Danish and Norwegian, and "reply" in Finnish.
    """
    found, _ = _prefixes(subject)
    return bool(found) and found[0] in WORDS.fw


def is_reply(subject: str) -> bool:
    """Return whether the outermost prefix says that the mail is a reply."""
    found, _ = _prefixes(subject)
    return bool(found) and found[0] in WORDS.re


def are_alike(one: str, other: str) -> bool:
    """Return whether two subjects say the same, or share at least half of their words."""
    first, second = ({plain(word) for word in words(strip(text))} for text in (one, other))
    shared = first & second
    return bool(shared) and 2 * len(shared) >= len(first | second)
