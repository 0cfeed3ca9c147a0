"""A sentence cut into clauses, and which moments belong to which deed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from odzew.language.promises_acts import AHEAD, Act, acts, is_reported
from odzew.language.promises_times import Line, Time
from odzew.language.promises_words import Words

_BREAKS = ",;:–—-()"
_DAYS = ("day", "weekday", "week")


@dataclass(slots=True)
class Clause:
    """A part of a sentence: its words, what it promises and the moments it names."""

    start: int
    end: int
    acts: list[Act] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    event: bool = False
    purpose: bool = False
    void: bool = False
    joint: bool = False

    @property
    def has_day(self) -> bool:
        """Return whether a day or an instant is named."""
        return any(time.kind in (*_DAYS, "instant") for time in self.times)


def promising(line: Line, times: Sequence[Time], words: Words) -> list[Clause]:
    """Return the clauses that promise, each joined with those that tell its moment."""
    clauses = [_clause(line, start, end, times, words) for start, end in _bounds(line, times)]
    for before, clause in pairwise(clauses):
        _carry_over(line, before, clause, words)
    return list(_joined(_unconditional(line, clauses)))


def _carry_over(line: Line, before: Clause, clause: Clause, words: Words) -> None:
    """Give a clause the deed of the one before it: "I'll send it and *call you*", "*the rest tomorrow*"."""
    joint = line.tag(clause.start + line.mark(clause.start, _BREAKS), "joint")
    if clause.acts or not before.acts or clause.void or not (joint or line.mark(clause.start, ",")):
        return
    behind = joint[1] if joint else clause.start + 1
    following = " ".join(token.text for token in line.tokens[behind : min(behind + AHEAD, clause.end)])
    verb = before.acts[-1].auxiliary and joint and words.complement.match(following)
    undated = any(line.tag(place, "undated") for place in range(behind, behind + 3))
    if verb:
        clause.acts = [replace(before.acts[-1], undated=undated)]
    elif before.has_day and clause.has_day and _names_more(line, behind, clause):
        clause.acts = [replace(before.acts[-1], undated=False)]


def _names_more(line: Line, start: int, clause: Clause) -> bool:
    """Return whether a clause has words of its own beside its moment: "the report tomorrow"."""
    taken = {place for time in clause.times for place in range(time.start, time.end)}
    own = (line.tokens[at] for at in range(start, clause.end) if at not in taken)
    return any(token.kind == "word" and len(token.text) > 3 and not token.tags for token in own)


def _bounds(line: Line, times: Sequence[Time]) -> Iterator[tuple[int, int]]:
    taken = {place for time in times for place in range(time.start + 1, time.end)}
    cuts = [at for at in range(1, len(line.tokens)) if at not in taken and _is_cut(line, at)]
    # A comma and the word that joins are one cut.
    cuts = [at for at in cuts if not (at - 1 in cuts and line.tokens[at - 1].kind == "mark")]
    yield from ((start, end) for start, end in pairwise([0, *cuts, len(line.tokens)]) if start < end)


def _is_cut(line: Line, at: int) -> bool:
    token = line.tokens[at]
    if token.kind == "mark":
        return token.text in _BREAKS
    if "joint" in token.tags or "purpose" in token.tags:
        return True
    return _depends(line, at, "condition") or _depends(line, at, "event")


def _depends(line: Line, at: int, name: str) -> bool:
    """Return whether words make a condition or an event; "check if" only says "whether"."""
    if not line.tag(at, name):
        return False
    asked = (line.tag(place, "whether") for place in range(max(0, at - 3), at + 1))
    return not any(found and found[1] > at for found in asked)


def _clause(line: Line, start: int, end: int, times: Sequence[Time], words: Words) -> Clause:
    own = [time for time in times if start <= time.start < end and time.kind != "none"]
    found = Clause(start, end, acts(line, start, end, words), own)
    found.joint = line.tag(start + line.mark(start, _BREAKS), "joint") is not None
    found.purpose = any(line.tag(at, "purpose") for at in range(start, min(start + 2, end)))
    found.event = any(_depends(line, at, "event") for at in range(start, min(start + 3, end)))
    if _is_about_others(line, found, words):
        found.acts, found.times, found.void = [], [], True
    return found


def _is_about_others(line: Line, clause: Clause, words: Words) -> bool:
    """Return whether a clause tells of customs, of the past, or of what the customer shall do."""
    places = range(clause.start, clause.end)
    if any(line.tag(at, "general") for at in places) or is_reported(line, clause.start):
        return True
    if clause.acts:
        return False
    return any(line.tag(at, "request") or words.past.fullmatch(line.tokens[at].text) for at in places)


def _unconditional(line: Line, clauses: list[Clause]) -> list[Clause]:
    """Return the clauses that hold whatever happens."""
    for place, clause in enumerate(clauses):
        if any(
            _depends(line, at, "condition") for at in range(clause.start, min(clause.start + 3, clause.end))
        ):
            # "…, and if it breaks, …" says nothing about what came before it.
            return clauses[:place] if _is_apart(line, clauses, place) else []
    _see_to(line, clauses)
    if any(clause.event for clause in clauses):
        return [clause for clause in clauses if not clause.event and not _runs_from(clause)]
    return clauses


def _see_to(line: Line, clauses: list[Clause]) -> None:
    """Take the moment of what we see to ("dopilnuję, żeby wyszło dziś"), and of no other purpose."""
    for before, clause in pairwise(clauses):
        if clause.purpose:
            ensured = any(line.tag(at, "ensure") for at in range(before.start, before.end))
            clause.acts = list(before.acts) if ensured and clause.times else []
            clause.times = clause.times if ensured else []


def _is_apart(line: Line, clauses: list[Clause], place: int) -> bool:
    """Return whether a condition begins a new thought: "…, and if it breaks, …"."""
    start = clauses[place].start
    before = clauses[place - 1] if place else clauses[place]
    alone = before.end - before.start <= 2 and line.tag(before.end - 1, "joint") is not None
    return alone or line.mark(start, ";")


def _runs_from(clause: Clause) -> bool:
    """Return whether the moment counts from an event: "when it arrives, within two days"."""
    return bool(clause.times) and all(time.within or time.kind == "vague" for time in clause.times)


def _joined(clauses: list[Clause]) -> Iterator[Clause]:
    current: Clause | None = None
    for clause in clauses:
        if current is None:
            current = clause
        elif _belongs(current, clause):
            current = _merged(current, clause)
        else:
            if current.acts:
                yield current
            current = clause
    if current and current.acts:
        yield current


def _belongs(current: Clause, clause: Clause) -> bool:
    """Return whether a clause goes on with the deed at hand rather than beginning another."""
    if not clause.acts and not clause.times:
        return True
    if clause.acts:
        return not (current.acts and current.times)
    # "On Monday, by noon on Tuesday at the latest" goes on; "…, and on Tuesday" may be of something else.
    return not (current.acts and current.has_day and clause.has_day and clause.joint)


def _merged(current: Clause, clause: Clause) -> Clause:
    times = current.times + clause.times
    if not current.acts and clause.has_day and current.has_day:
        times = clause.times  # What was named before belonged to something else.
    deeds = clause.acts if clause.acts and clause.times and not current.times else current.acts + clause.acts
    return Clause(current.start, clause.end, deeds, times)
