"""The words of any text in the plain form in which they are compared: small letters, no diacritics."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Han and kana are written without spaces: each sign is a word, and several are a phrase.
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
# Marks that stand inside a word: accents written apart, soft hyphens, joiners without width.
_INSIDE = "\u00ad\u0300-\u036f\u200b-\u200d\u2060"
_APOSTROPHES = "'`\u00b4\u02bc\u2018\u2019"
_PART = rf"[^\W_{_SINGLE}]+(?:[{_INSIDE}]+[^\W_{_SINGLE}]*)*"
WORD = re.compile(rf"[{_SINGLE}]|{_PART}(?:[{_APOSTROPHES}]{_PART})*")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$", re.IGNORECASE)
_REMEMBERED = 50_000  # about 8 MB
LONGEST = 60
"""Characters of a word that count: what is longer is a key or a picture in letters."""


class _Letters(dict[int, str]):
    """What stands for each letter; reckoned when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


# Letters that are no letter with a mark, for Unicode, yet are typed as one.
_LIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ґ": "г"})
_LIKE |= str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})


def _plain(letter: str) -> str:
    small = letter.casefold()
    if small == "й":  # no и with a mark, to whoever writes it
        return small
    if letter in _APOSTROPHES:
        return ""
    parts = unicodedata.normalize("NFKD", small)
    return "".join(part for part in parts if part.isalnum()).casefold().translate(_LIKE)


_LETTERS = _Letters()


@lru_cache(maxsize=_REMEMBERED)
def fold(word: str) -> str:
    """Return a word in small letters without diacritics: "Płatność" and "platnosc" are one."""
    if not word.isascii():
        word = unicodedata.normalize("NFC", word)
    return _POSSESSIVE.sub("", word).translate(_LETTERS)[:LONGEST]


def words(text: str) -> Iterator[str]:
    """Yield the words of a text as they are written."""
    return (found.group() for found in WORD.finditer(text))
