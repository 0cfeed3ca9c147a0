"""A question as it was typed, understood: words, phrases, filters, and what is wrong with them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.utils.translation import gettext

from odzew.conversations.models import Message
from odzew.language.fold import fold, words
from odzew.language.lemmas import lemmas
from odzew.search import days, names
from odzew.search.match import ALL, FACTS, RECEIVER, SENDER, WRITTEN, Match, Run, Span
from odzew.search.words import place

LONGEST = 300
MOST = 12
"""Groups of words; more would only make the question slow."""
_BEGINNING = 3
_BEGINNING_OF_NUMBER = 4
_QUOTES = str.maketrans(dict.fromkeys("„”“«»\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}", '"'))
_PART = re.compile(r'(?P<key>[^\W\d_]+):(?P<value>"[^"]*"?|[^\s"]\S*)|"(?P<phrase>[^"]*)"?|(?P<word>\S+)')


@dataclass(slots=True)
class Query:
    """What is looked for. `problems` are sentences for the one who asked; then nothing is looked for."""

    groups: list[tuple[Run, ...]] = field(default_factory=list)
    span: Span = Span()
    owner: str = ""
    tags: list[str] = field(default_factory=list)
    is_owed: bool = False
    is_late: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def match(self) -> Match:
        """Return what the index is asked."""
        return Match(tuple(self.groups))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was asked."""
        asked = self.groups or self.tags or self.owner
        return not (asked or self.is_owed or self.is_late or self.span != Span())


def read(text: str, zone: tzinfo, *, is_finished: bool = True) -> Query:
    """Understand a question; days are those of `zone`. The last word of an unfinished one is a beginning."""
    asked = Query()
    if len(text) > LONGEST:
        asked.problems.append(gettext("This is too long to look for. Leave the words that matter."))
        return asked
    for part in _PART.finditer(text.translate(_QUOTES)):
        _take(asked, part, zone)
    if len(asked.groups) > MOST:
        asked.problems.append(gettext("These are too many words. Leave those that matter."))
    if not is_finished and asked.groups:
        asked.groups[-1] = _begun(asked.groups[-1])
    return asked


def _begun(group: tuple[Run, ...]) -> tuple[Run, ...]:
    [*_, last] = group[0].words
    return (*group, Run(group[0].words, is_beginning=True)) if len(last) >= _BEGINNING else group


def of_customers(text: str) -> Match:
    """Return what finds messages from customers whose name or address has words beginning so."""
    runs = [Run((word,), (SENDER,), is_beginning=True) for word in _folded(text)]
    inbound = Run((Message.Direction.INBOUND,), (FACTS,))
    return Match(((inbound,), *((run,) for run in runs))) if runs else Match()


def _take(asked: Query, part: re.Match[str], zone: tzinfo) -> None:
    key, value = part["key"], (part["value"] or "").strip('"')
    if part["phrase"] is not None:
        _add(asked, _phrase(part["phrase"]))
    elif key is None or value.startswith("//"):  # an address of the web is no filter
        _add(asked, _word(part[0]))
    elif name := names.FILTERS.get(fold(key)):
        _FILTERS[name](asked, value, zone)
    else:
        said = gettext("“%(name)s:” is no filter. Put it in quotes to look for it as words: %(words)s")
        asked.problems.append(said % {"name": key, "words": f'"{key}:{value}"'})


def _add(asked: Query, runs: tuple[Run, ...]) -> None:
    if runs:
        asked.groups.append(runs)


def _phrase(text: str) -> tuple[Run, ...]:
    run = tuple(_folded(text))
    return (Run(run),) if run else ()


def _word(text: str) -> tuple[Run, ...]:
    run = tuple(_folded(text))
    if len(run) != 1 or text.endswith("*"):
        return (Run(run, is_beginning=True),) if run else ()
    [word] = run
    runs = [Run((form,), ALL) for form in (word, *_forms(text))]
    if len(word) >= _BEGINNING:
        runs.append(Run(run, (SENDER, RECEIVER), is_beginning=True))
    if len(word) >= _BEGINNING_OF_NUMBER and any(letter.isdigit() for letter in word):
        runs.append(Run(run, WRITTEN, is_beginning=True))
    return tuple(runs)


def _forms(text: str) -> tuple[str, ...]:
    return tuple(form for word in words(text) for form in lemmas(word))


def _folded(text: str) -> Iterator[str]:
    return (folded for word in words(text) if (folded := fold(word)))


def _who(column: str) -> "Filter":
    def read_name(asked: Query, value: str, _zone: tzinfo) -> None:
        run = tuple(_folded(value))
        forms = _forms(value) if len(run) == 1 else ()
        runs = [Run(run, (column,), is_beginning=True), *(Run((form,), (column,)) for form in forms)]
        _add(asked, tuple(runs) if run else ())

    return read_name


def _is(asked: Query, value: str, _zone: tzinfo) -> None:
    what = names.VALUES.get(fold(value))
    asked.is_owed |= what == "owed"
    asked.is_late |= what == "late"
    if what == "attachment":
        _add(asked, (Run(("file",), (FACTS,)),))
    elif what is None:
        said = gettext("“%(value)s” cannot be asked here; what can: has:attachment, is:owed, is:late.")
        asked.problems.append(said % {"value": value})


def _owner(asked: Query, value: str, _zone: tzinfo) -> None:
    asked.owner = value


def _tag(asked: Query, value: str, _zone: tzinfo) -> None:
    asked.tags.append(value)


def _channel(asked: Query, value: str, _zone: tzinfo) -> None:
    _add(asked, (Run((f"channel{''.join(_folded(value))}",), (FACTS,)),))


def _before(asked: Query, value: str, zone: tzinfo) -> None:
    day = _day(asked, value, zone)
    if day:
        asked.span = Span(asked.span.first, min(asked.span.below, place(day, 0)))


def _after(asked: Query, value: str, zone: tzinfo) -> None:
    day = _day(asked, value, zone)
    if day:
        asked.span = Span(max(asked.span.first, place(day, 0)), asked.span.below)


def _day(asked: Query, value: str, zone: tzinfo) -> datetime | None:
    day = days.read(value, zone)
    if day is None:
        said = gettext("“%(value)s” is no date. Write it as 2026-01-31, 31.01.2026, 2026-01 or 2026.")
        asked.problems.append(said % {"value": value})
    return day


Filter = Callable[[Query, str, tzinfo], None]
_FILTERS: dict[str, Filter] = {
    "from": _who(SENDER),
    "to": _who(RECEIVER),
    "tag": _tag,
    "owner": _owner,
    "channel": _channel,
    "before": _before,
    "after": _after,
    "is": _is,
}
