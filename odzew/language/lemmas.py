"""The dictionary forms of a word: "fakturze" is a form of "faktura", "договору" of "договір"."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from itertools import islice, product
from threading import Lock
from typing import Any

from odzew.language.fold import fold

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_NOT_IN_ASCII = {"a": "aą", "c": "cć", "e": "eę", "l": "lł", "n": "nń", "o": "oó", "s": "sś", "z": "zżź"}
_MOST_SPELLINGS = 512
_MOST = 4  # dictionary forms of one word
_GUESSES = 2  # of a word that no dictionary has
_SHORTEST, _LONGEST = 2, 40
_REMEMBERED = 50_000  # about 12 MB; a desk's mails use fewer words a day
_one_at_a_time = Lock()  # the analysers keep state while they work


@lru_cache(maxsize=_REMEMBERED)
def lemmas(word: str, language: str = "") -> tuple[str, ...]:
    """Return the dictionary forms of a word, folded, without its own form; for English, stems.

    `language` is that of the text. A word unknown to it, or in a text of which nothing is known, is
    looked up in the other languages of its script.
    """
    word, own = word.casefold(), fold(word)
    if not _SHORTEST <= len(own) <= _LONGEST or any(letter.isdigit() for letter in own):
        return ()
    with _one_at_a_time:
        found = _cyrillic(word, language) if _CYRILLIC.search(word) else _latin(word, own, language)
    return tuple(dict.fromkeys(plain for plain in map(fold, found) if plain and plain != own))


def made_by() -> str:
    """Return what the dictionary forms depend on: an index made by something else is to be made anew."""
    polish = "morfeusz2" if find_spec("morfeusz2") else "snowball"
    return f"1 {polish} pymorphy3 snowball"


def _latin(word: str, own: str, language: str) -> list[str]:
    if not own.isascii():
        return []
    polish = _polish(word, own, guess=language in ("pl", ""))
    if polish and language == "pl":
        return polish
    return [*polish, _english(own)]


def _cyrillic(word: str, language: str) -> list[str]:
    known = {name: _known(name, word) for name in ("ru", "uk")}
    if known.get(language):
        return known[language]
    if any(known.values()):
        return [*known["ru"], *known["uk"]]
    return [form for name in known if language in (name, "") for form in _guessed(name, word)]


def _polish(word: str, own: str, *, guess: bool) -> list[str]:
    if _morfeusz() is None:
        return [_stemmer("polish").stemWord(own)]
    known = _in_polish([word])
    if known or not guess or not word.isascii():
        return known
    # Written without diacritics: every word that looks so without them.
    spellings = product(*(_NOT_IN_ASCII.get(letter, letter) for letter in own))
    return _in_polish(["".join(letters) for letters in islice(spellings, _MOST_SPELLINGS)])


def _in_polish(forms: Iterable[str]) -> list[str]:
    readings = _morfeusz().analyse(" ".join(forms))
    found = (tags[1].partition(":")[0] for _, _, tags in readings if tags[2] not in ("ign", "frag"))
    return list(islice(dict.fromkeys(found), _MOST))


def _known(language: str, word: str) -> list[str]:
    analyser = _pymorphy(language)
    if not analyser.word_is_known(word):
        return []
    return list(islice(dict.fromkeys(reading.normal_form for reading in analyser.parse(word)), _MOST))


def _guessed(language: str, word: str) -> list[str]:
    readings = _pymorphy(language).parse(word)
    return [reading.normal_form for reading in readings[:_GUESSES]]


def _english(own: str) -> str:
    form: str = _stemmer("english").stemWord(_irregular().get(own, own))
    return form


# Loaded when the first word asks for them: a desk without Cyrillic mail never pays for it.
@cache
def _morfeusz() -> Any:
    """Return the analyser of Polish, or None: there is no wheel of it for some machines."""
    if find_spec("morfeusz2") is None:
        return None
    morfeusz = import_module("morfeusz2")
    return morfeusz.Morfeusz(
        expand_tags=False, generate=False, case_handling=morfeusz.IGNORE_CASE, separate_numbering=False
    )


@cache
def _pymorphy(language: str) -> Any:
    return import_module("pymorphy3").MorphAnalyzer(lang=language)


@cache
def _stemmer(language: str) -> Any:
    return import_module("snowballstemmer").stemmer(language)


@cache
def _irregular() -> dict[str, str]:
    text = (files("odzew.language") / "data" / "irregular_en.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {form: first for first, *others in lines for form in others}
