"""What we say we will do: the verbs of a clause that promise, and whose promise it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from odzew.language.promises_times import Line
from odzew.language.promises_tokens import Token
from odzew.language.promises_words import Words

WE = "we"
_DEEDS = frozenset(("future", "present", "auxiliary", "auxiliary_now", "passive", "receive", "frame"))
AHEAD = 7
"""Words after "will" within which it must say what is done."""
_NEAR, _FAR = 2, 6
_STRANGE = frozenset(
    ("no_act", "auxiliary", "role", "customer", "possessive", "month", "day", "weekday", "unit")
)
"""What a word cannot be when only its ending makes it a verb."""


@dataclass(frozen=True, slots=True)
class Act:
    """A verb that promises: where, by whom, and what is needed to believe it.

    `habit` is a present of "we" or of others, which with a duration is a custom ("we answer within
    a day"); `undated` promises without a moment;
    `auxiliary` may be followed by more of what is done.
    """

    at: int
    by: str
    undated: bool = False
    habit: bool = False
    auxiliary: bool = False


def may_promise(line: Line, words: Words) -> bool:
    """Return whether a sentence has any word that may promise; most have none, and need no more reading."""
    endings = (words.ours, words.mine, words.reflexive)
    return any(
        not _DEEDS.isdisjoint(token.tags) or any(ending.fullmatch(token.text) for ending in endings)
        for token in line.tokens
        if token.kind == "word"
    )


def acts(line: Line, start: int, end: int, words: Words) -> list[Act]:
    """Return what is promised in a clause, in order."""
    return list(_acts(line, start, end, words))


def _acts(line: Line, start: int, end: int, words: Words) -> Iterator[Act]:
    for at in range(start, end):
        if line.tokens[at].kind != "word" or _is_denied(line, at, start):
            continue
        act = (
            _received(line, at)
            or _framed(line, at)
            or _with_auxiliary(line, at, (start, end), words)
            or _of_verb(line, at, (start, end))
            or _of_ours(line, at, words)
        )
        if act:
            yield act


def _is_denied(line: Line, at: int, start: int) -> bool:
    return at > start and line.tag(at - 1, "negation") is not None


def _received(line: Line, at: int) -> Act | None:
    return Act(at, WE) if line.tag(at, "receive") or line.tag(at, "passive") else None


def _framed(line: Line, at: int) -> Act | None:
    return Act(at, WE) if line.tag(at, "frame") else None


def _with_auxiliary(line: Line, at: int, clause: tuple[int, int], words: Words) -> Act | None:
    found = line.tag(at, "auxiliary")
    now = None if found else line.tag(at, "auxiliary_now")
    if not found and not now:
        return None
    person, behind = found or now or ("", at)
    following = " ".join(token.text for token in line.tokens[behind : min(behind + AHEAD, clause[1])])
    done = (words.complement if found else words.complement_now).match(following)
    if not done:
        return None
    if _is_customer(line, at, clause):
        return Act(at, WE) if words.received.match(following) else None
    by = WE if person in ("i", "we") else _named(line, at, clause)
    undated = found is not None and any(line.tag(place, "undated") for place in range(behind, behind + 3))
    return Act(at, by, undated=undated, auxiliary=True)


def _of_verb(line: Line, at: int, clause: tuple[int, int]) -> Act | None:
    token = line.tokens[at]
    future = line.tag(at, "future")
    found = future or line.tag(at, "present")
    if not found or line.tag(at, "no_act"):
        return None
    person = _person(token, found[0])
    if person in ("he", "they") and _is_customer(line, at, clause):
        return None
    by = WE if person in ("i", "we") else _named(line, at, clause)
    undated = future is not None and line.tag(at, "undated") is not None
    return Act(at, by, undated=undated, habit=not future and person != "i")


def _person(token: Token, forms: tuple[tuple[str, str], ...]) -> str:
    """Return the person of a form; where writing without diacritics leaves a choice, the first."""
    exact = token.exact.lower()
    return next((person for person, word in forms if word == exact), forms[0][0])


def _of_ours(line: Line, at: int, words: Words) -> Act | None:
    """Believe the ending of a verb that no list knows."""
    token = line.tokens[at]
    if not _STRANGE.isdisjoint(token.tags):
        return None
    if words.ours.fullmatch(token.text):
        return Act(at, WE, habit=words.habitual.fullmatch(token.text) is not None)
    beside = any(line.tag(place, "i") for place in range(max(0, at - _FAR), at))
    known = words.reflexive.fullmatch(token.text) or (beside and words.mine.fullmatch(token.text))
    return Act(at, WE) if known else None


def _is_customer(line: Line, at: int, clause: tuple[int, int]) -> bool:
    """Return whether the customer himself is the one who acts: "Pan prześle", "you will send"."""
    if _role(line, at, clause):
        return False
    before = range(max(clause[0], at - _NEAR), at)
    after = range(at + 1, min(clause[1], at + 1 + _NEAR))
    for place in (*before, *after):
        found = line.tag(place, "customer")
        if found and not _is_titled(line, found[1], clause):
            return place < at or line.tokens[place].text not in ("you", "pani") or place == at + 1
    return False


def is_reported(line: Line, start: int) -> bool:
    """Return whether a clause tells what was said before: "you wrote that …", "we promised that …"."""
    if not any(line.tag(place, "says") for place in (start, start + 1)):
        return False
    before = range(max(0, start - _FAR), start)
    said = any(line.tag(place, "said") for place in before)
    return said and not any(line.tag(place, "role") for place in before)


def _is_titled(line: Line, behind: int, clause: tuple[int, int]) -> bool:
    """Return whether a title goes on with a name: "Pan Marek" is not the customer."""
    token = line.tokens[behind] if behind < clause[1] else None
    return bool(token and token.kind == "word" and token.capital and not _is_verb(token.tags))


def _is_verb(tags: dict[str, Any]) -> bool:
    return any(name in tags for name in ("future", "present", "auxiliary", "passive"))


def _role(line: Line, at: int, clause: tuple[int, int]) -> tuple[int, int] | None:
    """Return the words that name one of ours: the first before the verb, or soon after it."""
    before = range(max(clause[0], at - _FAR), at)
    after = range(at + 1, min(clause[1], at + _FAR) if line.inverts else at)
    for place in (*before, *after):
        if found := line.tag(place, "role"):
            return place, found[1]
    return None


def _named(line: Line, at: int, clause: tuple[int, int]) -> str:
    """Return who acts, in the words of the reply; "we" when it names nobody."""
    if role := _role(line, at, clause):
        start = role[0]
        while start > clause[0] and line.tag(start - 1, "possessive"):
            start -= 1
        return _written(line, start, role[1])
    for place in range(clause[0], at):
        if line.tag(place, "title") and _is_titled(line, place + 1, (clause[0], at)):
            return _written(line, place, _end_of_name(line, place + 1, at))
    return _first_name(line, at)


def _first_name(line: Line, at: int) -> str:
    # "Anna will call": a capital before a verb of people names one, even at the beginning.
    before = line.tokens[at - 1] if at else None
    alone = before is not None and before.capital and len(before.text) > 2 and not before.tags
    return before.exact if alone and before and line.tag(at, "speaks") else WE


def _end_of_name(line: Line, at: int, limit: int) -> int:
    while at < limit and line.tokens[at].kind == "word" and line.tokens[at].capital:
        at += 1
    return at


def _written(line: Line, start: int, end: int) -> str:
    return " ".join(token.exact for token in line.tokens[start:end])
