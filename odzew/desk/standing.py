"""How much a person sees of the books, in figures: exact, and in one query however much is owed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from django.http import HttpRequest

from odzew.desk.person import asking, teams
from odzew.domain.obligation import Kind
from odzew.ledger import counters
from odzew.staff.models import Person

_known: "WeakKeyDictionary[HttpRequest, Standing]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of one person at one moment."""

    mine: int
    my_late: int
    team: int
    late: int
    promised: int
    due: int = 0  # later, before the moment that was asked for
    # What each owes of all that is seen.
    by_owner: Mapping[int, int] = field(default_factory=dict, compare=False)


def standing(request: HttpRequest, now: datetime, until: datetime | None = None) -> Standing:
    """Return the figures of who is asking; screen and rail of one request share them.

    A screen that asks for what falls due `until` a moment asks first.
    """
    if request not in _known:
        _known[request] = count(asking(request), teams(request), now, until)
    return _known[request]


def count(person: Person, teams: tuple[int, ...], now: datetime, until: datetime | None = None) -> Standing:
    """Count what a person owes, and what `visible_to` lets him see."""
    lines = counters.at(now, until)
    mine = [line for line in lines if line.owner == person.pk]
    seen = [line for line in lines if person.sees_everything or line.team in teams or line.owner == person.pk]
    by_owner = Counter[int]()
    for line in seen:
        by_owner[line.owner] += line.open
    return Standing(
        mine=sum(line.open for line in mine),
        my_late=sum(line.late for line in mine),
        team=sum(line.open for line in seen if line.owner != person.pk),
        late=sum(line.late for line in seen),
        promised=sum(line.open for line in seen if line.kind == Kind.PROMISE),
        due=sum(line.soon for line in seen),
        by_owner=by_owner,
    )
