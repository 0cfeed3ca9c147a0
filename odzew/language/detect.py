"""Which of our languages a text is in: by its letters, endings and frequent words."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_ENOUGH = 0.9
"""The least evidence that names a language: about one letter or one frequent word of its own."""
_LEAD = 0.5
"""How far before the next language the first must lie."""
_SAMPLES = (280, 2000)
"""Characters looked at: the beginning decides nearly always, and costs little."""
_LETTER, _SHARED_LETTER, _WORD, _SHORT_WORD, _ENDING = 1.0, 0.5, 1.0, 0.6, 0.4
_WITHOUT_AT_MOST = 0.8
_OTHER = "other"
_NOT_WORDS = re.compile(r"\w{1,12}://\S+|www\.\S+|[^\s@]{1,64}@\S+")
_PUNCTUATION = ",.!?:;"
_WITHOUT_DIACRITICS = str.maketrans("ąćęłńóśźż", "acelnoszz")

_Marks = dict[str, tuple[str, float]]
"""A word, a letter or an ending: the language that it marks, and how strongly."""


@dataclass(frozen=True)
class _Script:
    words: _Marks
    letters: _Marks
    endings: _Marks
    any_letter: re.Pattern[str]
    without: Mapping[str, tuple[frozenset[str], float]]


def detect(text: str, hint: str = "") -> str:
    """Return the language of `text`, one of pl, uk, ru and en, or "" when unsure.

    `hint` is the language expected of this writer: it decides where the text itself does not, and
    never against it.
    """
    verdict = ""
    for length in _SAMPLES:
        verdict = _verdict(text[:length].lower(), hint)
        if verdict or length >= len(text):
            break
    return verdict


def _verdict(sample: str, hint: str) -> str:
    if "@" in sample or "://" in sample or "www." in sample:
        sample = _NOT_WORDS.sub(" ", sample)
    name = _script_of(sample)
    if not name:
        return ""
    scores = _scores(sample, _scripts()[name])
    (first, most), (_, next_most) = sorted(scores.items(), key=lambda score: -score[1])[:2]
    if most >= _ENOUGH and most - next_most >= _LEAD:
        return first if first != _OTHER else ""
    return hint if hint in scores and scores[hint] >= most - _LEAD else ""


def _script_of(sample: str) -> str:
    # Vowels of both alphabets: a Latin name in a Cyrillic letter, or the reverse, does not decide.
    latin = sum(map(sample.count, "aeio"))
    cyrillic = sum(map(sample.count, "аеоияі"))
    if not latin and not cyrillic:
        return ""
    return "cyrillic" if cyrillic * 2 >= latin else "latin"


def _scores(sample: str, script: _Script) -> dict[str, float]:
    seen = [] if sample.isascii() else script.any_letter.findall(sample)
    scores = dict.fromkeys(script.without, 0.0)
    for language, (others, weight) in script.without.items():
        if weight and others.isdisjoint(seen):
            scores[language] = min(weight * len(sample), _WITHOUT_AT_MOST)
    for letter in seen:
        language, weight = script.letters[letter]
        scores[language] += weight
    for language, weight in _marked_words(sample, script):
        scores[language] += weight
    return scores


def _marked_words(sample: str, script: _Script) -> Iterator[tuple[str, float]]:
    for mark in _PUNCTUATION:
        sample = sample.replace(mark, " ")
    words, endings = script.words, script.endings
    for word in sample.split():
        if found := words.get(word) or endings.get(word[-3:]) or endings.get(word[-2:]):
            yield found


@cache
def _scripts() -> dict[str, _Script]:
    other = _data(_OTHER)
    return {
        "latin": _script({"pl": _data("pl"), "en": _data("en"), _OTHER: other["latin"]}),
        "cyrillic": _script({"uk": _data("uk"), "ru": _data("ru"), _OTHER: other["cyrillic"]}),
    }


def _script(data: dict[str, dict[str, Any]]) -> _Script:
    letters = _owned(data, lambda marks: {letter: _letter_weight(marks) for letter in marks["letters"]})
    letters |= _owned(data, lambda marks: dict.fromkeys(marks.get("shared_letters", ""), _SHARED_LETTER))
    return _Script(
        words=_owned(data, _words),
        letters=letters,
        endings=_owned(data, lambda marks: dict.fromkeys(marks.get("endings", "").split(), _ENDING)),
        any_letter=re.compile(f"[{''.join(letters)}]"),
        without={
            language: (_letters_of_others(data, language), marks.get("without", 0.0))
            for language, marks in data.items()
        },
    )


def _owned(data: dict[str, Any], weigh: Callable[[dict[str, Any]], dict[str, float]]) -> _Marks:
    # What marks two languages marks neither.
    marks = {language: weigh(of_language) for language, of_language in data.items()}
    count = Counter(mark for own in marks.values() for mark in own)
    return {
        mark: (language, weight)
        for language, own in marks.items()
        for mark, weight in own.items()
        if count[mark] == 1
    }


def _words(marks: dict[str, Any]) -> dict[str, float]:
    return {
        form: _WORD if len(form) > 2 else _SHORT_WORD
        for word in marks["words"].split()
        for form in (word, word.translate(_WITHOUT_DIACRITICS))
    }


def _letter_weight(marks: dict[str, Any]) -> float:
    return float(marks.get("letter_weight", _LETTER))


def _letters_of_others(data: dict[str, Any], language: str) -> frozenset[str]:
    return frozenset("".join(data[other]["letters"] for other in data if other != language))


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("odzew.language").joinpath("data", f"detect_{name}.toml").read_text("utf-8"))
