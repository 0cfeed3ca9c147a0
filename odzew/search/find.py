"""The finding: the newest messages that match and that the person may see, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from odzew.conversations import acquainted, tagging
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag import Tagged
from odzew.language.fold import fold
from odzew.ledger.models import Owed, OwedQuerySet
from odzew.search import index, names
from odzew.search.match import FACTS, RECEIVER, SENDER, Found, Match, Run, Span
from odzew.search.models import Indexed
from odzew.search.query import Query
from odzew.staff.models import Person

_FIRST, _GROWS, _MOST = 100, 4, 4_000
_LOOKED_AT = 12_000
"""Places looked at for one page; a page that is not full by then says where to go on."""
_MOST_TALKS = 200
NAMES = frozenset({SENDER, RECEIVER})


@dataclass(frozen=True, slots=True)
class Page:
    """Numbers of messages, the newest first, and the place below which more may be found."""

    messages: list[int]
    below: int | None


def page(asked: Query, person: Person, now: datetime, *, below: int | None = None, size: int = 25) -> Page:
    """Return messages that match, below a place, as far as the person may see them."""
    match, tags = asked.match, _tags(asked)
    if tags is None:
        return Page([], None)
    match = _of_the_tagged(match, tags)
    span = Span(asked.span.first, min(asked.span.below, asked.span.below if below is None else below))
    kept: list[tuple[int, int]] = []
    looked_at, step, is_narrow = 0, _FIRST, False
    while True:
        found, is_all = _candidates(match, span, step)
        kept += _visible(found, asked, tags, person, now)
        looked_at += len(found)
        if len(kept) > size:
            return Page([number for _, number in kept[:size]], kept[size - 1][0])
        if is_all:
            return Page([number for _, number in kept], None)
        span = Span(span.first, found[-1][0])
        if looked_at >= _LOOKED_AT:
            return Page([number for _, number in kept], span.below)
        if is_narrow:
            step = min(step * _GROWS, _MOST)
        else:  # seldom needed, and asked for only now
            match, is_narrow = _within_reach(match, person), True


def _candidates(match: Match, span: Span, limit: int) -> tuple[Found, bool]:
    if match.groups:
        found: tuple[Found, bool] = index.of_database().find(match, span, limit)
        return found
    rows = Indexed.objects.filter(place__gte=span.first, place__lt=span.below).order_by("-place")
    newest = list(rows.values_list("place", "message")[:limit])
    return newest, len(newest) < limit


def _within_reach(match: Match, person: Person) -> Match:
    """Let the index itself leave out other teams, so that few are looked at; `_visible` decides."""
    if person.sees_everything or not match.groups:
        return match
    teams = [f"team{number}" for number in person.team_numbers()]
    handed = Owed.objects.open().filter(owner=person).exclude(team__in=person.teams.values("pk"))
    talks = list(handed.values_list("conversation", flat=True).distinct()[: _MOST_TALKS + 1])
    if len(talks) > _MOST_TALKS:
        return match
    facts = [*teams, *(f"talk{number}" for number in talks), "nothing"]
    return Match((*match.groups, tuple(Run((fact,), (FACTS,)) for fact in facts)))


def _tags(asked: Query) -> list[int] | None:
    """Return the tags a conversation must have; None when one of them does not exist."""
    tags = [tagging.named(name) for name in asked.tags]
    return None if None in tags else [tag.pk for tag in tags if tag]


def _of_the_tagged(match: Match, tags: Sequence[int]) -> Match:
    """Let the index itself look only at conversations with a tag, where they are few; `_visible` decides."""
    for tag in tags:
        rows = Tagged.objects.filter(tag=tag).values_list("conversation", flat=True)
        talks = list(rows[: _MOST_TALKS + 1])
        if len(talks) <= _MOST_TALKS:
            facts = [*(f"talk{number}" for number in talks), "nothing"]
            match = Match((*match.groups, tuple(Run((fact,), (FACTS,)) for fact in facts)))
    return match


def _visible(
    found: Found, asked: Query, tags: Sequence[int], person: Person, now: datetime
) -> list[tuple[int, int]]:
    numbers = [number for _, number in found]
    talk_of = dict(Message.objects.filter(pk__in=numbers).values_list("pk", "conversation"))
    talks = Conversation.objects.visible_to(person).filter(pk__in=set(talk_of.values()))
    seen = set(talks.values_list("pk", flat=True))
    for tag in tags:
        seen &= set(
            Tagged.objects.filter(tag=tag, conversation__in=seen).values_list("conversation", flat=True)
        )
    if asked.owner or asked.is_owed or asked.is_late:
        seen &= _owed(asked, person, now, seen)
    unmet = acquainted.strangers(person, seen) if asked.groups else set()
    by_words = _by_words(asked, unmet) if unmet else set()
    return [
        (place, number)
        for place, number in found
        if (talk := talk_of.get(number)) in seen and (talk not in unmet or number in by_words)
    ]


def _by_words(asked: Query, talks: Collection[int]) -> set[int]:
    """Return what is found in conversations by what is written there, and by nobody's name.

    Else whoever was never told what a customer is called could try it out, letter by letter.
    """
    groups = [tuple(_written(run) for run in group if {*run.columns} - NAMES) for group in asked.groups]
    if not all(groups):
        return set()
    facts = tuple(Run((f"talk{number}",), (FACTS,)) for number in talks)
    found, _ = index.of_database().find(Match((*groups, facts)), asked.span, _MOST)
    return {number for _, number in found}


def _written(run: Run) -> Run:
    return replace(run, columns=tuple(column for column in run.columns if column not in NAMES))


def _owed(asked: Query, person: Person, now: datetime, talks: set[int]) -> set[int | None]:
    owed = Owed.objects.open().visible_to(person).filter(conversation__in=talks)
    if asked.is_late:
        owed = owed.filter(due_at__lt=now)
    if asked.owner:
        owed = _owned(owed, asked.owner, person)
    return set(owed.values_list("conversation", flat=True))


def _owned(owed: OwedQuerySet, name: str, person: Person) -> OwedQuerySet:
    if fold(name) in names.ME:
        return owed.filter(owner=person)
    return owed.filter(owner__in=owners(name))


def owners(name: str) -> Sequence[int]:
    """Return who is called so: each word begins a word of the name or the address."""
    wanted = fold(name).split()
    return [
        number
        for number, *called in Person.objects.values_list("pk", "name", "email")
        if _is_called(wanted, fold(" ".join(called)))
    ]


def _is_called(wanted: Sequence[str], called: str) -> bool:
    parts = [called, *called.replace("@", " ").replace(".", " ").split()]
    return bool(wanted) and all(any(part.startswith(word) for part in parts) for word in wanted)
