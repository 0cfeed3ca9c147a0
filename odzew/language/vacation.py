"""The words of vacation notices and of people, from the lists in data/vacation (one file a language)."""

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "vacation"
_TITLE = 200
_OPENING = 1_500  # A notice says what it is at once.
_LETTER = 20_000
_TAGS = re.compile(r"^(?:\[[^\]]{1,40}\]\s*)+")
ANSWERED = re.compile(
    r"\s*(?:re|aw|odp|sv|vs|rif|fw|fwd|wg|pd|tr|enc|отв|від|на|пересл)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)


def flat(text: str) -> str:
    """Return a text as the lists are written: small letters, single blanks.

    >>> flat("Out  of\\nOffice")
    'out of office'
    """
    return " ".join(text.lower().split())


@cache
def _lists(section: str) -> tuple[tuple[str, ...], ...]:
    """Return one section of each language's list; a line is a regular expression."""
    return tuple(_section(path, section) for path in sorted(_DATA.glob("*.txt")))


def _section(path: Path, section: str) -> tuple[str, ...]:
    """Return the lines of one section of one file."""
    out: list[str] = []
    current = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line.strip() and not line.startswith("#") and current == section:
            out.append(line.strip())
    return tuple(out)


@cache
def _any(section: str) -> re.Pattern[str]:
    """Return an expression for any line of a section in any language."""
    return re.compile("|".join(line for lines in _lists(section) for line in lines))


@cache
def _signs(section: str) -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Return the lines of a section as expressions, language by language."""
    return tuple(tuple(re.compile(line) for line in lines) for lines in _lists(section) if lines)


def titled(subject: str) -> str:
    """Return 'sure' when a subject is that of a vacation notice, 'maybe' when it only sounds like one."""
    title = flat(subject[:_TITLE])
    if _any("subject").match(_TAGS.sub("", title) or title):
        return "sure"
    return "maybe" if _any("maybe").search(title) and not ANSWERED.match(subject) else ""


def away(text: str) -> bool:
    """Return whether a text says that its writer is away."""
    return bool(_any("text").search(flat(text[:_OPENING])))


def unwatched(text: str) -> bool:
    """Return whether a text says that nobody reads answers to it."""
    return bool(_any("unwatched").search(flat(text[:_LETTER])))


def for_many(text: str) -> bool:
    """Return whether a text offers to leave its list of receivers."""
    return bool(_any("many").search(flat(text[:_LETTER])))


def letter(text: str) -> bool:
    """Return whether a text reads like a letter: two of a greeting, an I, and a closing, in one language."""
    plain = flat(text[:_LETTER])
    return any(sum(1 for sign in signs if sign.search(plain)) >= 2 for signs in _signs("person"))
