"""Boundaries: where in a mail the words of its sender end and a message he quotes or forwards begins."""

from dataclasses import dataclass
from functools import lru_cache

from odzew.language import quotes_attribution, quotes_headers, quotes_lines
from odzew.language.quotes_headers import Headers
from odzew.language.quotes_lines import BLANK, OWN, QUOTED, is_rule, split
from odzew.language.quotes_markup import CUE_ATTRIBUTION, CUE_QUOTE, CUES
from odzew.language.quotes_words import WORDS, fold

ATTRIBUTION, HEADERS, FORWARDED, ORIGINAL, PREVIOUS, ABOVE = (
    "attribution",
    "headers",
    "forwarded",
    "original",
    "previous",
    "above",
)
_STROKES = "-_=*#~—–─>< "
_UNSEEN = " \t\n\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_LONGEST_MARKER = 120
# Below so many lines nothing is looked for: a mail made to cost time costs no more than this.
_MOST_EXAMINED = 5_000


@dataclass(frozen=True, slots=True)
class Boundary:
    """The lines from `start` to `end` that introduce another message.

    `column` is where an attribution starts when it shares its first line with the sender's last words;
    `sure` is false when only a quote mark below makes it believable.
    """

    kind: str
    start: int
    end: int
    column: int = 0
    sure: bool = True
    headers: Headers | None = None


def first(lines: list[str], kinds: bytearray, start: int = 0) -> Boundary | None:
    """Return the first boundary from line `start` on, None when there is none.

    Lines behind a quote mark hold none; an attribution that needs a quote below it counts only with one.
    """
    for at in range(start, min(len(lines), _MOST_EXAMINED)):
        kind = kinds[at]
        if kind == BLANK:
            continue
        found = _at_quote(lines, kinds, at, start) if kind == QUOTED else _at_own(lines, kinds, at)
        if found and found.start >= start:
            return found
    return None


@lru_cache(maxsize=2)
def of_text(text: str) -> tuple[list[str], bytearray, Boundary | None]:
    """Return the lines of a text, their kinds, and the first boundary: read twice of each mail, by quotes and
    by forwards, and to be changed by neither."""
    lines = split(text)
    kinds = quotes_lines.kinds(lines)
    return lines, kinds, first(lines, kinds)


def may_forward(lines: list[str], kinds: bytearray) -> bool:
    """Return whether any boundary may be one of a forwarded mail, at a fraction of the cost of all of them:
    whoever only says who wrote what he quotes has attributions, which are slow to read."""
    for at in range(min(len(lines), _MOST_EXAMINED)):
        found = _introduced(lines, kinds, at) if kinds[at] == OWN else None
        if found and found.kind == FORWARDED:
            return True
    return False


def _at_own(lines: list[str], kinds: bytearray, at: int) -> Boundary | None:
    return _introduced(lines, kinds, at) or _attributed(lines, kinds, at)


def _introduced(lines: list[str], kinds: bytearray, at: int) -> Boundary | None:
    """Return the boundary that a cue, a marker or a block of headers makes of a line."""
    line = lines[at].strip(_UNSEEN)
    if not line:
        return None
    if line in CUES:
        return _cued(lines, kinds, at, line)
    if line[0] in "-_=*#~—–─" or line[-1] in ":：":
        found = _marker(lines, at, line)
        if found:
            return found
    if ":" in line or "：" in line:
        return _block(lines, at, line)
    return None


def _cued(lines: list[str], kinds: bytearray, at: int, cue: str) -> Boundary | None:
    """Return the boundary that the markup of a mail program names, whatever its language."""
    begin = at + 1
    while begin < len(lines) and kinds[begin] == BLANK:
        begin += 1
    if cue == CUE_QUOTE:
        return Boundary(HEADERS, at, begin)
    if cue != CUE_ATTRIBUTION or begin == len(lines):
        return None
    said = _at_own(lines, kinds, begin) if kinds[begin] == OWN and lines[begin] not in CUES else None
    if said:
        return Boundary(said.kind, at, said.end, headers=said.headers)
    while begin < min(at + 8, len(lines)) and kinds[begin] == OWN:
        begin += 1
    return Boundary(ATTRIBUTION, at, begin)


def _attributed(lines: list[str], kinds: bytearray, at: int) -> Boundary | None:
    if not quotes_attribution.may_end(lines[at].strip(_UNSEEN) or " "):
        return None
    found = quotes_attribution.ending_at(lines, kinds, at)
    if found is None or not (found.sure or _followed_by_quote(kinds, at + 1)):
        return None
    return Boundary(ATTRIBUTION, found.start, at + 1, found.column, found.sure)


def _followed_by_quote(kinds: bytearray, at: int) -> bool:
    return next((kind for kind in kinds[at : at + 8] if kind), BLANK) == QUOTED


def _at_quote(lines: list[str], kinds: bytearray, at: int, start: int) -> Boundary | None:
    """Return the boundary that a quote mark gives away: "> wrote:", or a date and an address above it."""
    above = at - 1
    while above >= start and kinds[above] == BLANK:
        above -= 1
    if above < start or kinds[above] != OWN:
        return None
    line = lines[at].strip()
    if line[-1:] in ":：" and len(line) < 40 and fold(line).strip("> :：") in WORDS.wrote:
        return _attributed(lines, kinds, at)
    found = quotes_attribution.above_quote(lines, kinds, above)
    return Boundary(ATTRIBUTION, found.start, above + 1, 0, found.sure) if found else None


def _block(lines: list[str], at: int, line: str) -> Boundary | None:
    # Only from its first line: what a block lacks, its rest lacks too (and so the time stays linear).
    if not quotes_headers.field(line) or (at and quotes_headers.field(lines[at - 1])):
        return None
    block = quotes_headers.starting_at(lines, at)
    if not block:
        return None
    kind, start = _above_block(lines, at)
    return Boundary(kind, start, block.end, headers=block)


def _above_block(lines: list[str], at: int) -> tuple[str, int]:
    """Return what stands just above a header block, a rule or a bare marker, and from where."""
    above = at - 1
    while above >= 0 and at - above < 4 and not lines[above].strip():
        above -= 1
    if above < 0 or not lines[above].strip():
        return HEADERS, at
    if is_rule(lines[above]):
        return HEADERS, above
    kind = WORDS.markers.get(fold(lines[above]).strip(_STROKES + ":")) if len(lines[above]) < 60 else None
    return (kind, above) if kind else (HEADERS, at)


def _marker(lines: list[str], at: int, line: str) -> Boundary | None:
    """Return the boundary that a line such as "---- Original message ----" makes."""
    if len(line) > _LONGEST_MARKER and line[0] not in "-_":
        return None
    folded = fold(line[:_LONGEST_MARKER])
    inner = folded.strip(_STROKES).rstrip(":： ")
    if line[0] in _STROKES and any(phrase in inner for phrase in WORDS.above):
        return Boundary(ABOVE, at, at + 1)
    kind = WORDS.markers.get(inner) or _marked(line, inner)
    if kind is None:
        return None
    start = _with_rule(lines, at) if kind == PREVIOUS else at
    return _with_headers(lines, Boundary(kind, start, at + 1))


def _marked(line: str, inner: str) -> str | None:
    """Return the kind of a marker that says more: "---- Forwarded message from Anna ----"."""
    if line[:2] not in ("--", "__", "==", "——", "––") or not inner.startswith(WORDS.phrases):
        return None
    phrase = next(phrase for phrase in WORDS.phrases if inner.startswith(phrase))
    return WORDS.markers[phrase]


def _with_rule(lines: list[str], at: int) -> int:
    return at - 1 if at and is_rule(lines[at - 1]) else at


def _with_headers(lines: list[str], found: Boundary) -> Boundary:
    """Return the boundary with the header block below its marker, if one is there."""
    at = found.end
    while at < min(found.end + 4, len(lines)) and not lines[at].strip():
        at += 1
    if at >= len(lines) or not quotes_headers.field(lines[at]):
        return _with_attribution(lines, found, at)
    block = quotes_headers.below_marker(lines, at)
    return Boundary(found.kind, found.start, block.end, headers=block)


def _with_attribution(lines: list[str], found: Boundary, at: int) -> Boundary:
    """Return the boundary with the attribution below its marker, as Proton writes both."""
    if found.kind != ORIGINAL:
        return found
    marks = quotes_lines.kinds(lines[at : at + 8])
    for end in range(at, min(at + 3, len(lines))):
        line = lines[end].strip()
        said = _attributed(lines[at : at + 8], marks, end - at) if line else None
        if said:
            return Boundary(ATTRIBUTION, found.start, at + said.end)
    return found
