"""The customer's own words in a plain text, apart from what he quotes and from his signature."""

from dataclasses import dataclass

from odzew.language import quotes_boundary, signature
from odzew.language.quotes_boundary import ABOVE, ATTRIBUTION, FORWARDED, PREVIOUS, Boundary
from odzew.language.quotes_lines import OWN, QUOTED, joined, next_kind, unquoted
from odzew.language.quotes_words import WORDS, fold

# A mail program that wraps a quoted line late leaves its end without a quote mark, at about this width.
_WRAPPED_AT = 76
# Words that point to answers inside the quote stand in a short text above it.
_SHORT_TEXT = 600


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail taken apart: the customer's own words, what he quotes, and his signature."""

    reply: str
    quoted: str
    signature: str


def read(text: str) -> Reply:
    """Return the customer's own words apart from quotes and signature.

    Answers between quoted lines keep those lines. In doubt a quote stays: a lost word is worse.
    """
    return _at(*quotes_boundary.of_text(text))


def apart(lines: list[str], marks: bytearray) -> Reply:
    """Return the reply in lines whose quote marks are known already."""
    return _at(lines, marks, quotes_boundary.first(lines, marks))


def _at(lines: list[str], marks: bytearray, found: Boundary | None) -> Reply:
    if found is None:
        return _without_boundary(lines, marks)
    above = _above(lines, found)
    if next_kind(marks, found.end) == QUOTED:
        apart_from = _with_words_below if found.kind == FORWARDED else _with_answers
        return apart_from(above, lines, marks, found)
    if _must_stay(above, lines, found):
        return _reply(lines, [])
    return _reply(above, lines[found.start :])


def _above(lines: list[str], found: Boundary) -> list[str]:
    above = lines[: found.start]
    return [*above, lines[found.start][: found.column]] if found.column else above


def _must_stay(above: list[str], lines: list[str], found: Boundary) -> bool:
    """Return whether the text below an unmarked boundary may hold the customer's own words."""
    if not any(line.strip() for line in above):
        return found.kind != FORWARDED
    if found.kind in (FORWARDED, PREVIOUS, ABOVE):
        return False
    said = fold(" ".join(above))[:_SHORT_TEXT] if len(above) < 30 else ""
    return any(phrase in said for phrase in WORDS.below)


def _reply(own: list[str], quoted: list[str]) -> Reply:
    kept, below = signature.split(own)
    return Reply(joined(kept), joined(quoted), joined(below))


def _without_boundary(lines: list[str], marks: bytearray) -> Reply:
    """Return the reply when nothing introduces the quote; a mail of quoted lines alone stays whole."""
    begin = marks.find(QUOTED)
    if begin < 0 or marks.find(OWN) < 0:
        return _reply(lines, [])
    return _with_answers(lines[:begin], lines, marks, Boundary(ATTRIBUTION, begin, begin))


def _with_answers(above: list[str], lines: list[str], marks: bytearray, found: Boundary) -> Reply:
    """Return the reply when the quote is marked line by line, so that answers inside it can be told."""
    rest, cut = _rest(lines, marks, found)
    own = _own(lines, marks, rest)
    last_quote = max((at for at in rest if marks[at] == QUOTED), default=-1)
    tail, below = signature.split([lines[at] for at in rest if at > last_quote], below_quote=True)
    answers = [at for at in own if at < last_quote]
    head, signed = signature.split(above)
    said_below = any(line.strip() for line in tail)
    polite = said_below and signature.is_closing(tail) and any(line.strip() for line in head)
    if not answers and (polite or not said_below):
        kept = _stacked(head, tail)
        quoted = [lines[at] for at in rest if at <= last_quote]
    else:
        end = last_quote if said_below else max(answers)
        kept = _stacked(head, [lines[at] for at in rest if at <= end] + (tail if said_below else []))
        quoted = [lines[at] for at in rest if end < at <= last_quote]
    introduced = lines[found.start : found.end]
    return Reply(joined(kept), joined(introduced + quoted + cut), joined(signed + below))


def _with_words_below(above: list[str], lines: list[str], marks: bytearray, found: Boundary) -> Reply:
    """Return the words above and below a mail that is forwarded behind quote marks."""
    end = marks.rfind(QUOTED) + 1
    while (
        end < len(lines) and marks[end]
    ):  # What follows without a blank line is the wrapped end of the quote.
        end += 1
    head, signed = signature.split(above)
    tail, below = signature.split(lines[end:], below_quote=True)
    return Reply(joined(_stacked(head, tail)), joined(lines[found.start : end]), joined(signed + below))


def _stacked(above: list[str], below: list[str]) -> list[str]:
    """Return the lines one below the other, one blank line where something was taken out between them."""
    first = next((at for at, line in enumerate(below) if line.strip()), len(below))
    last = next((at for at in range(len(above), 0, -1) if above[at - 1].strip()), 0)
    gap = [""] if last and (first or last < len(above)) else []
    return above[:last] + gap + below[first:]


def _rest(lines: list[str], marks: bytearray, found: Boundary) -> tuple[list[int], list[str]]:
    """Return the lines below an attribution without further ones, and what an unmarked quote cuts off."""
    rest: list[int] = []
    begin = found.end
    while following := quotes_boundary.first(lines, marks, begin):
        rest.extend(range(begin, following.start))
        begin = following.end
        if following.kind == FORWARDED or next_kind(marks, begin) != QUOTED:
            return rest, lines[following.start :]
    rest.extend(range(begin, len(lines)))
    return rest, []


def _own(lines: list[str], marks: bytearray, rest: list[int]) -> list[int]:
    return [at for at in rest if marks[at] == OWN and not _is_remnant(lines, marks, at)]


def _is_remnant(lines: list[str], marks: bytearray, at: int) -> bool:
    """Return whether a line between two quoted ones is the wrapped end of the upper one, not an answer."""
    if at + 1 >= len(marks) or marks[at - 1] != QUOTED or marks[at + 1] != QUOTED:
        return False
    line, above = lines[at].strip(), lines[at - 1].rstrip()
    if line.endswith(">") and line.lstrip("(<[").startswith(("http://", "https://")):
        return True
    wrapped = len(above) + 1 + len(line.split(" ", 1)[0]) > _WRAPPED_AT
    return wrapped and line[0].islower() and unquoted(above)[-1:] not in ".?!:"
