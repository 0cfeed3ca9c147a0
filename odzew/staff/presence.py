"""Who is there at a moment, and who stands in for whom."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from odzew.domain import cover
from odzew.lib.ready import Ready
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person, Role

# `able` without `begun`, written out.
THERE = """SELECT id FROM odzew_person WHERE is_active AND role <> 'reader'
AND id NOT IN (SELECT person_id FROM odzew_absence WHERE state = 'begun')"""


def able() -> "QuerySet[Person]":
    """Return who can be accountable at all: active, and more than a reader."""
    return Person.objects.filter(is_active=True).exclude(role=Role.READER).order_by("pk")


def begun() -> frozenset[int]:
    """Return whose absence has begun: no debt may rest on them."""
    return frozenset(_BEGUN())


_BEGUN = Ready(lambda: Absence.objects.filter(state=Absence.State.BEGUN).values_list("person", flat=True))


def there() -> frozenset[int]:
    """Return who can be accountable and is not away."""
    # On each look at Today: the ORM takes longer to compose it than the database to answer.
    with connection.cursor() as cursor:
        cursor.execute(THERE)
        return frozenset(number for (number,) in cursor.fetchall())


def as_rules(absences: Iterable[Absence]) -> list[cover.Absence]:
    """Return absences, with the covers who have accepted, as the rules know them."""
    rows = list(absences)
    said: dict[int, list[cover.Cover]] = {row.pk: [] for row in rows}
    accepted = Cover.objects.filter(absence__in=list(said), state=Cover.State.ACCEPTED).order_by(
        "since", "pk"
    )
    for one in accepted:
        said[one.absence_id].append(cover.Cover(one.person_id, one.since, one.until))
    return [cover.Absence(row.person_id, row.begins_at, row.ends_at, tuple(said[row.pk])) for row in rows]


def gaps(standing: Sequence[Absence], horizon: datetime) -> dict[int, list[cover.Gap]]:
    """Return the parts of absences in which nobody stands in, by absence, up to a horizon."""
    absences = as_rules(standing)
    there = frozenset(able().values_list("pk", flat=True))
    return {
        row.pk: cover.gaps(one, absences, there, horizon) if one.since < horizon else []
        for row, one in zip(standing, absences, strict=True)
    }


_STANDING = Ready(lambda at: Absence.objects.standing().filter(begins_at__lte=at))


class Presence:
    """Who is there at one moment.

    Away is whoever's absence has begun until it is ended, and whoever's moment to leave has come
    although no worker has taken it up yet.
    """

    def __init__(self, at: datetime, known: Collection[int] | None = None) -> None:
        """Read who is there; `known` are those who can be accountable at all, when they are read already."""
        self.at = at
        self.able = frozenset(able().values_list("pk", flat=True) if known is None else known)
        rows = _STANDING(at)
        holding = [row for row in rows if row.state == Absence.State.BEGUN or at < row.ends_at]
        self.away = frozenset(row.person_id for row in holding)
        self.there = self.able - self.away
        self._absences = [
            cover.Absence(one.who, one.since, None, one.covers)
            for one in (as_rules(holding) if holding else ())
        ]

    def stand_in(self, person: int) -> cover.Standing:
        """Return who stands in for a person now; whoever is there stands in for himself."""
        return cover.stand_in(person, self.at, self._absences, self.able)
