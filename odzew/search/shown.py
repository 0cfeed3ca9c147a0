"""A hit as it is shown: pieces of the text, those that were looked for apart from the others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from odzew.language.fold import WORD, fold
from odzew.language.lemmas import lemmas
from odzew.search.match import FACTS, Run

_BEFORE, _LENGTH = 60, 220
_MOST_HITS = 40

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """By which words of a text a hit is known."""

    forms: frozenset[str]
    beginnings: tuple[str, ...]
    known: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False)

    def holds(self, word: str, language: str) -> bool:
        """Return whether a word as written is one of those looked for."""
        key = (word, language)
        if key not in self.known:
            self.known[key] = self._is_one(word, language)
        return self.known[key]

    def _is_one(self, word: str, language: str) -> bool:
        folded = fold(word)
        if folded in self.forms or (self.beginnings and folded.startswith(self.beginnings)):
            return True
        return not self.forms.isdisjoint(lemmas(word, language))


def wanted(groups: Iterable[Sequence[Run]]) -> Wanted:
    """Return by which words the hits of a question are known."""
    runs = [run for group in groups for run in group if FACTS not in run.columns]
    return Wanted(
        frozenset(word for run in runs for word in (run.words[:-1] if run.is_beginning else run.words)),
        tuple({run.words[-1] for run in runs if run.is_beginning and not _of_names_only(run)}),
    )


def _of_names_only(run: Run) -> bool:
    return "said" not in run.columns


def pieces(text: str, looked_for: Wanted, language: str) -> Pieces:
    """Cut a short text into pieces, each with whether it was looked for."""
    return list(_cut(text, islice(_hits(text, looked_for, language), _MOST_HITS), 0, len(text)))


def excerpt(text: str, looked_for: Wanted, language: str) -> Pieces:
    """Return the part of a long text with the most of what was looked for, or its beginning."""
    hits = list(islice(_hits(text, looked_for, language), _MOST_HITS))
    start = _start(text, hits)
    end = min(len(text), start + _LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start + _LENGTH // 2, end), start + _LENGTH // 2)
    cut = list(_cut(text, iter(hits), start, end))
    before, behind = ("… " if start else ""), (" …" if end < len(text) else "")
    return [(piece, is_hit) for piece, is_hit in ((before, False), *cut, (behind, False)) if piece]


def _hits(text: str, looked_for: Wanted, language: str) -> Iterator[tuple[int, int]]:
    for found in WORD.finditer(text):
        if looked_for.holds(found.group(), language):
            yield found.span()


def _start(text: str, hits: Sequence[tuple[int, int]]) -> int:
    if not hits:
        return 0
    best = max(hits, key=lambda hit: (_how_many_words(text, hits, hit[0]), -hit[0]))
    start = max(0, best[0] - _BEFORE)
    return start and (text.rfind(" ", 0, start + 1) + 1 or start)


def _how_many_words(text: str, hits: Sequence[tuple[int, int]], start: int) -> int:
    return len({text[a:b].casefold() for a, b in hits if start <= a < start + _LENGTH - _BEFORE})


def _cut(text: str, hits: Iterator[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    at = start
    for first, last in hits:
        if first < start or last > end:
            continue
        yield text[at:first], False
        yield text[first:last], True
        at = last
    yield text[at:end], False
