"""Signatures: what a mail program or a habit sets below the customer's words."""

import re

from odzew.language.quotes_lines import is_rule
from odzew.language.quotes_words import WORDS, fold

# RFC 3676, section 4.3: dash, dash, space. Without the space it is a habit, so less may follow.
_MOST_AFTER_DELIMITER = 60
_MOST_AFTER_RULE = 14
_LOWEST_LINES = 150
_LONGEST_SENT_FROM = 110
_WORDS_TO_DEVICE = 7

# Зінаїда is a name: where a word goes on, it is no postscript.
_POSTSCRIPT = re.compile(r"PS[.: ]|P\.S|З\.І|П\.С|З[ІЫ](?!\w)", re.IGNORECASE)
_STROKES = frozenset("-_—–─")
_EDGES = " \t\xa0-_.—–[]()<>|*"
_BEGINNINGS = frozenset(entry[:4] for entry in WORDS.sent_from)
_ENDINGS = frozenset(entry[-3:] for entry in WORDS.sent_tails)
_DASH_NAME = re.compile(r"[-–—]{1,2}[^\W\d_]{2,}(?: [^\W\d_][\w.]*){0,2}$")


def split(lines: list[str], *, below_quote: bool = False) -> tuple[list[str], list[str]]:
    """Return the lines without their signature, and the signature.

    Unless they stand below a quote, the lines are not taken as a whole, save the one that a telephone adds.
    """
    kept, added = _without_sent_from(lines)
    at = _start(kept)
    if at is None or not (below_quote or any(line.strip() for line in kept[:at])):
        return kept, added
    named = _named_after_dash(kept[:at])
    at = at if named is None else named
    return kept[:at], kept[at:] + added


def _without_sent_from(lines: list[str]) -> tuple[list[str], list[str]]:
    added = [at for at, line in enumerate(lines) if line and is_sent_from(line) and _stands_alone(lines, at)]
    if not added:
        return lines, []
    taken = set(added)
    return [line for at, line in enumerate(lines) if at not in taken], [lines[at] for at in added]


def is_sent_from(line: str) -> bool:
    """Return whether a mail program added the line ("Sent from my iPhone", in any language)."""
    # Looked at for each line of each mail: a few letters tell most of them off.
    bare = line.strip(_EDGES)
    begin = bare[:4].lower()
    if begin not in _BEGINNINGS and begin[:3] not in _BEGINNINGS and bare[-3:].lower() not in _ENDINGS:
        return False
    folded = fold(line[: _LONGEST_SENT_FROM * 3]).split("<http")[0].split("(http")[0].strip(_EDGES)
    if len(folded) > _LONGEST_SENT_FROM:
        return False
    if folded.startswith(WORDS.sent_from):
        return _names_device(" ".join(folded.split(" ", _WORDS_TO_DEVICE)[:_WORDS_TO_DEVICE]))
    return folded.endswith(WORDS.sent_tails) and _names_device(folded)


def _names_device(words: str) -> bool:
    if " " not in words:  # Chinese and Japanese know no spaces.
        return any(device in words for device in WORDS.devices)
    return any(word.lstrip("(\"'[„").startswith(WORDS.devices) for word in words.split(",")[0].split(" "))


def _stands_alone(lines: list[str], at: int) -> bool:
    return at == 0 or not lines[at - 1].strip() or at + 1 == len(lines) or not lines[at + 1].strip()


def _start(lines: list[str]) -> int | None:
    """Return the line where the signature starts, None when there is none."""
    for at in range(max(0, len(lines) - _LOWEST_LINES), len(lines)):
        if lines[at].lstrip()[:1] in _STROKES and _delimits(lines, at):
            return at
    return _named_after_dash(lines)


def _delimits(lines: list[str], at: int) -> bool:
    strokes = lines[at].strip()
    rest = [line for line in lines[at + 1 :] if line.strip()]
    if any(_is_said(line, exact=lines[at].startswith("-- ")) for line in rest):
        return False
    if strokes == "--":
        return len(rest) <= (_MOST_AFTER_DELIMITER if lines[at].startswith("-- ") else _MOST_AFTER_RULE)
    if _is_dash_name(strokes) and rest and is_rule(rest[0]):
        return True
    return is_rule(strokes) and len(rest) <= _MOST_AFTER_RULE and _closes(lines, at, rest)


def _is_said(line: str, *, exact: bool) -> bool:
    """Return whether a line below a delimiter is said by a person: a postscript; below a rule, a question."""
    text = line.strip()
    if _POSTSCRIPT.match(text):
        return True
    return not exact and text.endswith("?") and text.count(" ") > 2


def _closes(lines: list[str], at: int, rest: list[str]) -> bool:
    """Return whether a drawn rule closes the mail; under a heading or between paragraphs it does not."""
    stroke = lines[at].strip()[0]
    if not rest or stroke in "_—─":
        return True
    if stroke != "-" or not (at == 0 or not lines[at - 1].strip()):
        return False
    return all(len(line) < 72 and line.rstrip()[-1] not in ".?!:;," for line in rest)


def _is_dash_name(strokes: str) -> bool:
    return bool(_DASH_NAME.match(strokes)) and strokes.lstrip("-–—")[0].isupper()


def _named_after_dash(lines: list[str]) -> int | None:
    """Return the last line when it is a dash and a name ("-Anna") apart from the text."""
    at = len(lines) - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    return at if at > 0 and not lines[at - 1].strip() and _is_dash_name(lines[at].strip()) else None


def is_closing(lines: list[str]) -> bool:
    """Return whether the lines say no more than a closing and a name ("Regards, Anna")."""
    said = [fold(line) for line in lines if line.strip()]
    if not said or len(said) > 3 or any(len(line) > 40 for line in said):
        return False
    return said[0].startswith(WORDS.closings) and not any(line.endswith("?") for line in said)
