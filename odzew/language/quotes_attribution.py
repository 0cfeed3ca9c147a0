"""Attributions: the line or lines that say who wrote what is quoted below ("On 3 May Anna wrote:")."""

import re
from dataclasses import dataclass

from odzew.language.quotes_lines import BLANK, QUOTED
from odzew.language.quotes_words import WORDS, fold

# A mail program wraps an attribution over a few lines; a longer stretch is prose.
_MOST_LINES = 6
_MOST_LETTERS = 320

_TIME = re.compile(r"(?<![\d.])\d{1,2}\s?[:.h時时]\s?\d{2}(?!\d|\.\d)")
_DATE = re.compile(r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d年")
_DAY_FIRST = re.compile(r"\d[\d.,/:-]*$|\d+[年년]")
_WEEKDAY_FIRST = re.compile(r"[^\W\d]{1,12}[.,]{1,2} \d")
_TAIL = " :：*_>-–—=."
_SHARED = re.compile(rf"(?<=\s)(?:{'|'.join(map(re.escape, WORDS.leads))})(?=[\d(]|\S+ \d|\w+,)")


# By their last letter, the longest first: asked of each attribution, few of all verbs are left to try.
_WROTE = {
    letter: tuple(verb for verb in WORDS.wrote if verb[-1] == letter)
    for letter in {v[-1] for v in WORDS.wrote}
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """From where an attribution starts, and whether it is sure without a quote mark below it."""

    start: int
    column: int
    sure: bool


def may_end(line: str) -> bool:
    """Return whether an attribution may end in this line (stripped, not blank)."""
    return line[-1] in ":：" or line.rstrip(_TAIL).rpartition(" ")[2].lower() in WORDS.wrote_last


def ending_at(lines: list[str], kinds: bytearray, at: int) -> Attribution | None:
    """Return the attribution whose last line is `at`, the shortest that makes sense."""
    quote_follows = _quote_follows(kinds, at + 1)
    whole = ""
    for start in range(at, max(at - _MOST_LINES, -1), -1):
        line = fold(lines[start])
        if not _continues(line, whole):
            break
        whole = f"{line} {whole}".strip()
        if len(whole) > _MOST_LETTERS:
            break
        if line and _opens(line) and (sure := _dated(whole, quote_follows)) is not None:
            sure = sure and ("@" in whole or _names(lines[start : at + 1]))
            return Attribution(_with_name(lines, start, whole), 0, sure)
    return _shared(lines, at, quote_follows) or _named(lines, at, quote_follows)


def _quote_follows(kinds: bytearray, at: int) -> bool:
    while at < len(kinds) and kinds[at] == BLANK:
        at += 1
    return at < len(kinds) and kinds[at] == QUOTED


def _continues(line: str, below: str) -> bool:
    """Return whether `below` may be the rest of an attribution that runs on from `line`."""
    if not below:
        return bool(line)
    if not line:
        return below[0] in "<>m" or below.rstrip(_TAIL) in WORDS.wrote
    if line[-1] == "." and len(last := line.rpartition(" ")[2]) > 3 and last.strip(".") not in WORDS.days:
        return "." in last[:-1]
    return line[-1] not in "!?" and (line[-1] != ":" or below[0] == "<")


def _opens(line: str) -> bool:
    """Return whether an attribution that starts with its date may open with this line."""
    first = line.partition(" ")[0].strip(",.;(\"'-_*[")
    if not first:
        return False
    if first in WORDS.days or _DAY_FIRST.match(first) or _WEEKDAY_FIRST.match(line):
        return _has_day(line)
    lead = line.lstrip("-_*[ >").startswith(WORDS.leads)
    return (lead or first[0] in "在于於") and any(letter.isdigit() for letter in line) and _has_day(line)


def _has_day(line: str) -> bool:
    return bool(
        _TIME.search(line)
        or _DATE.search(line)
        or ("@" in line)
        or any(word.strip(".,") in WORDS.days for word in line.split(" ", 9)[:9])
    )


def _verb(whole: str) -> int:
    """Return 2 when the text ends in a verb of writing, 1 when one stands inside, else 0."""
    bare = whole.rstrip(_TAIL)
    if bare.endswith(WORDS.wrote):
        return 2 if _by_another(bare) else 0
    spaced = f" {whole}"
    return 1 if any(verb in spaced for verb in WORDS.wrote_inside) else 0


def _by_another(bare: str) -> bool:
    """Return whether the writer is somebody else: "On Monday I wrote:" is the customer's own prose."""
    verb = next(verb for verb in _WROTE[bare[-1]] if bare.endswith(verb))
    return bare[: -len(verb)].rstrip().rpartition(" ")[2] not in WORDS.pronouns


def _dated(whole: str, quote_follows: bool) -> bool | None:
    """Return whether the attribution is sure, None when the text is none."""
    verb = _verb(whole)
    address = "@" in whole
    moment = bool(_TIME.search(whole) and (_DATE.search(whole) or _month_inside(whole)))
    if verb and (address or quote_follows or moment):
        return address or (moment and whole[-1] in ":：-" and (verb == 2 or _verb_near_end(whole)))
    if whole[-1] not in ":：" and not quote_follows:
        return None
    if address and (moment or _DATE.search(whole)) and whole.rstrip(_TAIL)[-1:] not in "?!":
        return "<" in whole and whole[-1] in ":："
    return False if quote_follows and moment else None


def _verb_near_end(whole: str) -> bool:
    """Return whether no more than a name stands behind the verb ("Am 13.5. schrieb Anna Nowak:")."""
    spaced = f" {whole}"
    at, verb = max((spaced.rfind(verb), verb) for verb in WORDS.wrote_inside)
    # A verb of several words that opens the line ("Wiadomość napisana przez ...") is no prose.
    return (at <= 0 and " " in verb.strip()) or len(spaced[at + len(verb) :].split(" ")) < 5


def _names(raw: list[str]) -> bool:
    """Return whether a name, with a capital letter, stands beside the verb: "your man wrote" is prose."""
    words = " ".join(raw).strip(_TAIL).split()
    verbs = [word.lower().strip(",:") in WORDS.wrote_parts for word in words]
    beside = [
        word
        for word, verb, before, behind in zip(
            words, verbs, [False, *verbs], [*verbs[1:], False], strict=False
        )
        if not verb and (before or behind)
    ]
    return not words[0][0].islower() and any(
        not word[0].islower() and not word[0].isdigit() for word in beside
    )


def _month_inside(whole: str) -> bool:
    return any(word.strip(".,") in WORDS.days for word in whole.split(" "))


def _with_name(lines: list[str], start: int, whole: str) -> int:
    """Return the line where an attribution starts whose name and address were wrapped onto the line above."""
    if not start or "@" in whole:
        return start
    above = fold(lines[start - 1])
    return start - 1 if "@" in above and len(above) > 30 and above[-1] not in ":!?" else start


def _named(lines: list[str], at: int, quote_follows: bool) -> Attribution | None:
    """Return an attribution that starts with the name: "Anna <a@b.pl> napisała:"."""
    whole = fold(lines[at])
    sure = _sure_name(whole, quote_follows) if len(whole) < _MOST_LETTERS else None
    if sure is not None and whole.rstrip(_TAIL) not in WORDS.wrote:
        return Attribution(at, 0, sure)
    for start in range(at - 1, max(at - 3, -1), -1):
        line = fold(lines[start])
        whole = f"{line} {whole}"
        if not line or line[-1] in ":!?" or len(whole) > _MOST_LETTERS:
            return None
        if ("@" in line or line.startswith(WORDS.leads)) and (
            sure := _sure_name(whole, quote_follows)
        ) is not None:
            return Attribution(start, 0, sure)
    return None


def _sure_name(whole: str, quote_follows: bool) -> bool | None:
    verb = _verb(whole)
    address = "@" in whole
    moment = bool(_TIME.search(whole) and _DATE.search(whole))
    if address and (verb == 2 or (verb and moment)):
        return True
    if not quote_follows:
        return None
    said = (verb == 2 and len(whole) < 80) or (moment and (verb or address)) or (verb and address)
    return False if said else None


def _shared(lines: list[str], at: int, quote_follows: bool) -> Attribution | None:
    """Return an attribution that starts in the middle of a line, after the customer's last words."""
    line = lines[at]
    if not quote_follows or len(line) > _MOST_LETTERS or _verb(fold(line)) != 2:
        return None
    for found in _SHARED.finditer(line.lower()):
        part = fold(line[found.start() :])
        if "@" in part and _dated(part, quote_follows) is not None:
            return Attribution(at, found.start(), True)
    return None


def above_quote(lines: list[str], kinds: bytearray, at: int) -> Attribution | None:
    """Return an attribution with neither colon nor verb just above a quote ("3.05.2024 Anna <a@b.pl>")."""
    line = fold(lines[at])
    if "@" in line and len(line) < _MOST_LETTERS and _opens(line) and _DATE.search(line):
        return Attribution(at, 0, False)
    return None
