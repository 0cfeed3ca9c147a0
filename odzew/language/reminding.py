"""Sentences that ask the customer to remind us, or to write again; we promise instead (STORIES F27)."""

from dataclasses import dataclass
from datetime import datetime

from odzew.domain.worktime import Calendar
from odzew.language.detect import detect
from odzew.language.promises import sentences, without_quotations
from odzew.language.promises_due import RULES, due
from odzew.language.promises_times import Line, times
from odzew.language.promises_tokens import tokens
from odzew.language.promises_words import LANGUAGES, words

_AT_MOST = 10
_WORDS_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence that asks the customer to remind us, and the moment it names, if it names one."""

    text: str
    due: datetime | None


def read(text: str, at: datetime, calendar: Calendar, lang: str = "") -> list[Reminder]:
    """Return what a reply asks the customer to remind us of, in its order, at most ten sentences."""
    known = words(lang or detect(text))
    found: list[Reminder] = []
    for sentence in sentences(text, known):
        line = Line(tokens(without_quotations(sentence), known.lexicon)[:_WORDS_AT_MOST], at, calendar)
        if _asks(line):
            moment = due(times(line, RULES), line)
            found.append(Reminder(sentence, moment if moment and line.ahead(moment) else None))
    return found[:_AT_MOST]


def turned(lang: str, moment: datetime) -> str:
    """Return the promise that stands for such a sentence, in the language of the reply."""
    known = words(lang if lang in LANGUAGES else "en")
    return known.turned.format(date=moment.strftime(known.turned_date), time=moment.strftime("%H:%M"))


def _asks(line: Line) -> bool:
    tags = {tag for token in line.tokens for tag in token.tags}
    if "remind_not" not in tags and ("remind" in tags or {"remind_verb", "request"} <= tags):
        return True
    return "asked" in tags and ("unanswered" in tags or ("again" in tags and not _is_ours(tags)))


def _is_ours(tags: set[str]) -> bool:
    """Return whether the sentence says what we do: "I will call again tomorrow"."""
    return not tags.isdisjoint(("future", "present", "auxiliary", "auxiliary_now", "frame"))
