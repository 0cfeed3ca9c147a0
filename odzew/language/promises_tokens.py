"""A sentence of a reply as words, numbers, dates and marks, each with the meanings it may have."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Tags = dict[str, tuple[Any, int]]
"""What a place of a sentence may mean: the value that goes with it, and how many words it takes."""

_FOLD = str.maketrans("ąćęłńóśźżёґ", "acelnoszzег")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
_PIECE = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"
    r"|(?P<dotted>\d{1,2}\.\d{1,2}(?:\.(?:\d{4}|\d{2})?)?)(?![\d%])"
    r"|(?P<slashed>\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?)(?![\d/])"
    r"|(?P<clock>\d{1,2}:\d{2})(?::\d{2})?(?!\d)"
    r"|(?P<number>\d{1,9})(?:-?(?P<ending>go|tego|ego|ej|tej|st|nd|rd|th|го|ого|й|ої|ой|ї|ій|му|те|е|х|ти|м)(?!\w))?(?!\d)"
    r"|(?P<digits>\d+)"
    r"|(?P<word>[^\W\d_]+(?:['’](?:t|clock)(?!\w)|['’ʼ`][а-яіїєґА-ЯІЇЄҐ]+)?|['’](?:ll|re|m|ve|d|s)(?!\w))"
    r"|(?P<mark>[^\w\s])"
)
_NUMBERS = re.compile(r"\d+")
_REMEMBERED = 20_000
"""Words whose meanings are remembered, a few megabytes."""
_OF_DAYS = ("go", "tego", "ego", "st", "nd", "rd", "th", "го", "ого", "е", "те")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, date or mark; `text` is folded, `numbers` is what its digits say."""

    kind: str
    text: str
    start: int
    end: int
    exact: str = ""
    numbers: tuple[int, ...] = ()
    of_day: bool = False
    tags: Tags = field(default_factory=dict)

    @property
    def capital(self) -> bool:
        """Return whether the word begins with a capital, as a name does."""
        return self.exact[:1].isupper()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row (one that ends in * has any ending), what they mean, and a value."""

    words: tuple[str, ...]
    tag: str
    value: Any


class Lexicon:
    """All phrases, by their first word or by its beginning; what a word may begin is remembered."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._whole: dict[str, list[Phrase]] = {}
        self._begun: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            first = phrase.words[0]
            kept = self._begun if first.endswith("*") else self._whole
            kept.setdefault(first.rstrip("*"), []).append(phrase)
        self._longest = max(map(len, self._begun), default=0)
        self._candidates = lru_cache(maxsize=_REMEMBERED)(self._beginning)

    def tags(self, words: list[str], at: int) -> Tags:
        """Return what the words from a place on may mean; of each meaning the longest phrase."""
        alone, phrases = self._candidates(words[at])
        if not phrases:
            return alone
        found = dict(alone)
        for phrase in phrases:
            _match(phrase, words, at, found)
        return found

    def _beginning(self, word: str) -> tuple[Tags, tuple[Phrase, ...]]:
        """Return what a word means by itself, and the longer phrases that it may begin."""
        known = [
            phrase
            for length in range(1, min(len(word), self._longest) + 1)
            for phrase in self._begun.get(word[:length], ())
        ]
        known += self._whole.get(word, ())
        alone = {phrase.tag: (phrase.value, 1) for phrase in known if len(phrase.words) == 1}
        return alone, tuple(phrase for phrase in known if len(phrase.words) > 1)


def fold(text: str) -> str:
    """Return a text in lower case without Polish diacritics; apostrophes within words fall away."""
    folded = text.lower().translate(_FOLD)
    return "'" + folded[1:] if folded[:1] in "'’" and len(folded) > 1 else folded.translate(_APOSTROPHES)


def tokens(sentence: str, known: Lexicon) -> list[Token]:
    """Return the words, numbers, dates and marks of a sentence with all they may mean."""
    pieces = list(_PIECE.finditer(sentence))
    words = [fold(piece[0]) or piece[0] for piece in pieces]
    return [_token(piece, words, at, known) for at, piece in enumerate(pieces)]


def _match(phrase: Phrase, words: list[str], at: int, found: Tags) -> None:
    length = len(phrase.words)
    if phrase.tag in found and found[phrase.tag][1] > length:
        return
    following = words[at + 1 : at + length]
    if len(following) == length - 1 and all(map(_fits, phrase.words[1:], following)):
        found[phrase.tag] = (phrase.value, length)


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _token(piece: re.Match[str], words: list[str], at: int, known: Lexicon) -> Token:
    kind = piece.lastgroup or "mark"
    if kind == "ending":
        kind = "number"
    if kind in ("word", "mark"):
        return Token(kind, words[at], piece.start(), piece.end(), piece[0], tags=known.tags(words, at))
    numbers = tuple(map(int, _NUMBERS.findall(piece[0]))) if kind != "digits" else ()
    return Token(kind, words[at], piece.start(), piece.end(), piece[0], numbers, piece["ending"] in _OF_DAYS)
