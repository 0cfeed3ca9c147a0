"""What a reply of ours promises, and by when (docs/promises.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from odzew.domain.worktime import Calendar
from odzew.language import promises_acts, promises_clauses, quotes
from odzew.language.detect import detect
from odzew.language.promises_acts import WE
from odzew.language.promises_clauses import Clause
from odzew.language.promises_due import RULES, due
from odzew.language.promises_times import Line, times
from odzew.language.promises_tokens import tokens
from odzew.language.promises_words import Words, words
from odzew.language.sentences import cover, paragraphs, uncovered

_AT_MOST = 20
_LONGEST = 20_000
_LONGEST_SENTENCE = 300
"""Words of a sentence that are read: no sentence of people is longer."""
_DAY = ((time(9), time(17)),)
_QUOTED = re.compile(
    r"„[^„”\"“]{0,300}[”\"“]|“[^“”]{0,300}”|«[^«»]{0,300}»|\"[^\"\n]{0,300}\"|(?<!\w)'[^'\n]{3,300}'(?!\w)"
)
_NAME_AT_MOST = 2
"""Words in quotation marks that may be a name: the order «Alfa» is no quotation."""
_STOPS = re.compile(
    r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?(?=\s*[\w(,])|\b[apр]\.\s?m\.(?=\s+[^\W\d_A-Z])|(?<=\d)\.(?=\d)"
)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: the words it rests on, when it is due (None when vague), and whose it is."""

    text: str
    due: datetime | None
    by: str = WE

    @property
    def vague(self) -> bool:
        """Return whether no moment can be told from the words."""
        return self.due is None


def office(timezone: str, holidays: frozenset[object] = frozenset()) -> Calendar:
    """Return the working time that is taken where nobody knows the team's: Monday to Friday, 9 to 17."""
    return Calendar(timezone, (_DAY,) * 5 + ((),) * 2, holidays)  # type: ignore[arg-type]


def read(text: str, at: datetime, calendar: Calendar, lang: str = "") -> list[Promise]:
    """Return the promises of a reply written at a moment, in its order, at most twenty.

    What it quotes, asks, tells of the past or of customs, and what depends on something else is none.
    `lang` is pl, uk, ru or en; without it the text tells, or else all four are read.
    """
    known = words(lang or detect(text[:_LONGEST]))
    found: list[Promise] = []
    for sentence in sentences(text, known):
        line = Line(
            tokens(without_quotations(sentence), known.lexicon)[:_LONGEST_SENTENCE],
            at,
            calendar,
            known.inverts,
        )
        if promises_acts.may_promise(line, known) and not is_question(line):
            found += _promises(sentence, line, known)
        if len(found) >= _AT_MOST:
            break
    return found[:_AT_MOST]


def sentences(text: str, known: Words) -> Iterator[str]:
    """Return the sentences of a reply that are its own, not of the letter below it."""
    own = _STOPS.sub(lambda stop: cover(stop[0]), quotes.read(text[:_LONGEST]).reply)
    for paragraph in paragraphs(own, known.abbreviations, known.at_end):
        yield from map(uncovered, paragraph)


def is_question(line: Line) -> bool:
    """Return whether a sentence asks, with its mark or without."""
    marks = [token.text for token in line.tokens[-3:] if token.kind == "mark"]
    # "When it comes, I will call." begins like a question, yet ends like a statement.
    told = "." in marks and any(token.text == "," for token in line.tokens)
    return "?" in marks or (line.tag(0, "asks") is not None and not told)


def _promises(sentence: str, line: Line, known: Words) -> Iterator[Promise]:
    named = times(line, RULES)
    clauses = promises_clauses.promising(line, named, known)
    dated = [clause for clause in clauses if clause.times and not _is_custom(clause)]
    if not dated:
        dated = [clause for clause in clauses if any(act.undated for act in clause.acts)][:1]
    for clause in dated:
        moment = due(clause.times, line)
        if moment is None or line.ahead(moment):
            text = sentence if len(dated) == 1 else _written(sentence, line, clause)
            yield Promise(text.strip(), moment, clause.acts[-1].by)


def _is_custom(clause: Clause) -> bool:
    return all(act.habit for act in clause.acts) and all(time.within for time in clause.times)


def _written(sentence: str, line: Line, clause: Clause) -> str:
    tokens = line.tokens
    start = min(line.skip(clause.start + line.mark(clause.start, ",;:–—-"), "joint"), clause.end - 1)
    return sentence[tokens[start].start : tokens[clause.end - 1].end].strip(" ,;:–—-")


def without_quotations(sentence: str) -> str:
    """Return a sentence with blanks for what it quotes; one or two words in marks may be a name.

    After a colon they are what somebody said, however few.
    """

    def blank(quoted: re.Match[str]) -> str:
        said = sentence[: quoted.start()].rstrip().endswith(":")
        named = not said and len(quoted[0].split()) <= _NAME_AT_MOST
        return quoted[0] if named else " " * len(quoted[0])

    return _QUOTED.sub(blank, sentence)
