"""The words of promises, one data file a language, made quick to find."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from odzew.language.promises_tokens import Lexicon, Phrase, fold

LANGUAGES = ("pl", "uk", "ru", "en")
_PATTERNS = ("complement", "complement_now", "received", "ours", "habitual", "mine", "reflexive", "past")
_PERSONS = ("i", "we", "he", "they")


@dataclass(frozen=True)
class Words:
    """All that is known of how a language promises."""

    lexicon: Lexicon
    complement: re.Pattern[str]
    complement_now: re.Pattern[str]
    received: re.Pattern[str]
    ours: re.Pattern[str]
    habitual: re.Pattern[str]
    mine: re.Pattern[str]
    reflexive: re.Pattern[str]
    past: re.Pattern[str]
    inverts: bool
    turned: str
    turned_date: str
    abbreviations: frozenset[str]
    at_end: frozenset[str]


@cache
def words(lang: str) -> Words:
    """Return the words of a language; of all four when it is none of them."""
    data = [_data(name) for name in ([lang] if lang in LANGUAGES else LANGUAGES)]
    asked = [_file(f"questions_{name}") for name in ([lang] if lang in LANGUAGES else LANGUAGES)]
    return Words(
        lexicon=Lexicon(phrase for words in data for phrase in _phrases(words)),
        **{name: _either(words[name] for words in data) for name in _PATTERNS},
        inverts=any(words["inverts"] for words in data),
        turned=data[-1]["turned"],
        turned_date=data[-1]["turned_date"],
        abbreviations=frozenset(word for words in asked for word in words["abbreviations"]),
        at_end=frozenset(word for words in asked for word in words["abbreviations_at_end"]),
    )


def _either(patterns: Iterator[Any]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _phrases(data: dict[str, Any]) -> Iterator[Phrase]:
    """Return the phrases of one file: lists have no value, tables one for each key."""
    for name, section in data.items():
        if name in ("future", "present"):
            yield from _verbs(name, section)
        elif isinstance(section, dict):
            for value, phrases in section.items():
                yield from (_phrase(phrase, name, _value(value)) for phrase in phrases)
        elif isinstance(section, list):
            yield from (_phrase(phrase, name, None) for phrase in section)


def _verbs(name: str, rows: dict[str, list[str]]) -> Iterator[Phrase]:
    """Return the forms of verbs: each row has the endings of I, we, he, they, and the beginnings.

    A dash is no ending, an underscore no form. Forms that look alike without diacritics are one phrase.
    """
    forms: dict[str, list[tuple[str, str]]] = {}
    for endings, beginnings in rows.items():
        for person, ending in zip(_PERSONS, endings.split(), strict=False):
            for beginning in beginnings if ending != "_" else ():
                word = beginning + ending.replace("-", "")
                forms.setdefault(fold(word), []).append((person, word))
    yield from (Phrase(tuple(folded.split()), name, tuple(known)) for folded, known in forms.items())


def _phrase(phrase: str, name: str, value: Any) -> Phrase:
    return Phrase(tuple(fold(word) for word in phrase.replace("-", " - ").split()), name, value)


def _value(text: str) -> Any:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _data(lang: str) -> dict[str, Any]:
    return _file(f"promises_{lang}")


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(files("odzew.language").joinpath("data", f"{name}.toml").read_text("utf-8"))
