"""The questions that a customer asks, in his own words: with a question mark, without, and indirect."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from odzew.language.detect import detect
from odzew.language.sentences import paragraphs, uncovered

_LANGUAGES = ("pl", "uk", "ru", "en")
_ASKS = ("question", "announcement")
_AT_MOST = 10
_SHORT = 2
"""Words of a question that cannot stand without the sentence before it: "And when?"."""
_CONTEXT = 160
"""Characters of a sentence before it that such a question may take along."""
_LONGEST = 400
"""Characters of one question; of a longer sentence the end is kept, where the question stands."""
_GAP = r"\W+(?:\w+\W+){0,5}?"
_FOLDED = tuple(zip("ąćęłńóśźżёґ", "acelnoszzег", strict=True))
_APOSTROPHES = tuple(zip("'’ʼ`", [""] * 4, strict=True))
_AFTER_MARK = '!….)]»”" '
_MARKS = "?,;:" + _AFTER_MARK
_NAME = re.compile(r"^(?:(?:\s+[^\W\d_a-zа-яіїєґąćęłńóśźż]\w*){1,2}\s*(?=[,!:–-]))?[\s,!.:–-]*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Manner:
    greeting: re.Pattern[str]
    indirect: re.Pattern[str]
    request: re.Pattern[str]
    announcement: re.Pattern[str]
    starter: re.Pattern[str]
    loose_starter: re.Pattern[str]
    not_asked: re.Pattern[str]
    offer: re.Pattern[str]
    abbreviations: frozenset[str]
    at_end: frozenset[str]


def read(text: str, lang: str = "") -> list[str]:
    """Return the questions of a letter in its own words and order, at most ten, none twice.

    A greeting ("How are you?"), an outcry ("Really?!") and what the letter only quotes are none.
    `lang` is pl, uk, ru or en; without it the text tells, or else all four are read.
    """
    manner = _manner(lang if lang in _LANGUAGES else detect(text))
    questions: dict[str, str] = {}
    listing = False
    for sentences in paragraphs(text, manner.abbreviations, manner.at_end):
        asked = _asked(sentences, manner, listing)
        for question in asked:
            questions.setdefault(_fold(question).rstrip(_MARKS), uncovered(question))
        listing = sentences[-1].endswith(":") or (listing and bool(asked))
    return list(questions.values())[:_AT_MOST]


def _asked(sentences: list[str], manner: _Manner, listing: bool) -> list[str]:
    questions: list[str] = []
    last, before = "", ""
    for sentence in sentences:
        own = _without_greeting(sentence, manner)
        kind = _kind(sentence, own, manner, listing)
        if kind in _ASKS:
            previous = (
                questions.pop() if last in _ASKS and (last == "announcement" or _is_short(own)) else before
            )
            questions.append(_bounded(f"{previous} {own}" if previous and _is_short(own) else own))
        before = own if kind == "statement" and len(own) <= _CONTEXT else ""
        last = kind
    return questions


def _is_short(question: str) -> bool:
    return len(_WORD.findall(question)) <= _SHORT


def _kind(sentence: str, own: str, manner: _Manner, listing: bool) -> str:
    folded = _plain(own)
    if not _WORD.search(folded) or manner.greeting.fullmatch(folded.rstrip(" .,!")):
        return "greeting"
    if sentence.rstrip(_AFTER_MARK).endswith("?"):
        return "outcry" if manner.not_asked.fullmatch(folded.rstrip(_MARKS)) else "question"
    if manner.offer.search(folded):
        return "statement"
    return _kind_without_mark(folded, manner, listing)


def _kind_without_mark(folded: str, manner: _Manner, listing: bool) -> str:
    if manner.indirect.search(folded):
        return "question"
    if manner.announcement.match(folded):
        return "announcement"
    if manner.request.search(folded) or manner.starter.search(folded):
        return "question"
    # "When I opened it, …" and "When I called." begin like a question, yet end like a statement;
    # in a list after a colon ("please write:") they are questions all the same.
    like_statement = "," in folded[:-1] or folded.endswith(".")
    loose = manner.loose_starter.match(folded) and (listing or not like_statement)
    return "question" if loose else "statement"


def _without_greeting(sentence: str, manner: _Manner) -> str:
    found = manner.greeting.match(_fold(sentence))
    if not found:
        return sentence
    rest = _NAME.sub("", sentence[found.end() :], count=1)
    return rest if _WORD.search(rest) else sentence


def _bounded(question: str) -> str:
    question = question.rstrip(",;: ")
    if len(question) <= _LONGEST:
        return question
    return "…" + question[-_LONGEST:].partition(" ")[2]


@lru_cache(maxsize=4)  # of a sentence it is asked twice, one after the other
def _fold(text: str) -> str:
    # As long as the text, so that a place found in the one is a place in the other.
    lower = text.lower()
    return _replaced(lower if len(lower) == len(text) else text, _FOLDED)


def _plain(text: str) -> str:
    folded = _fold(text)
    if len(lower := text.lower()) != len(text):
        folded = _replaced(lower, _FOLDED)
    return _replaced(folded, _APOSTROPHES).strip()


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    # A hundred times as fast as str.translate(), which asks a dictionary about each letter.
    for letter, plain in pairs:
        text = text.replace(letter, plain)
    return text


@cache
def _manner(lang: str) -> _Manner:
    data = [_data(name) for name in ([lang] if lang else _LANGUAGES)]

    def either(key: str) -> str:
        return "|".join(f"(?:{pattern})" for words in data for pattern in words[key])

    def words(key: str) -> frozenset[str]:
        return frozenset(word for lists in data for word in lists[key])

    return _Manner(
        greeting=re.compile(rf"\W*(?:{either('greetings')})(?!\w)"),
        indirect=re.compile(rf"(?:^|\W)(?:{either('openers')}){_GAP}(?:{either('interrogatives')})(?!\w)"),
        request=re.compile(rf"(?:^|\W)(?:{either('requests')})"),
        announcement=re.compile(rf"\W*(?:{either('announcements')})(?!\w)"),
        starter=re.compile(rf"(?:^\W*|[:–—] |\s- )(?:{either('starters')})\b"),
        loose_starter=re.compile(rf"\W*(?:{either('loose_starters')})\b"),
        not_asked=re.compile(rf"\W*(?:{either('not_asked')})"),
        offer=re.compile(either("offers")),
        abbreviations=words("abbreviations"),
        at_end=words("abbreviations_at_end"),
    )


def _data(lang: str) -> dict[str, list[str]]:
    path = files("odzew.language").joinpath("data", f"questions_{lang}.toml")
    return tomllib.loads(path.read_text("utf-8"))
