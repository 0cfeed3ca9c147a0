"""What each person carries, beside what he can carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from odzew.desk import tags
from odzew.ledger.models import Owed
from odzew.staff import presence
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Load:
    """One person: what is owed, what of it is late, and the share of the capacity it takes."""

    name: str
    face: str
    owed: int
    late: int
    capacity: int
    share: int
    level: str
    away: bool


def loads(people: Sequence[Person], now: datetime) -> list[Load]:
    """Return the people with what they carry, the fullest first, in one query more."""
    rows = Owed.objects.open().filter(owner__in=[one.pk for one in people]).values("owner").order_by()
    counted = rows.annotate(owed=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    found = {row["owner"]: (row["owed"], row["late"]) for row in counted}
    away = presence.begun()
    made = [_load(person, *found.get(person.pk, (0, 0)), person.pk in away) for person in people]
    return sorted(made, key=lambda one: (-one.share, one.name))


def _load(person: Person, owed: int, late: int, away: bool) -> Load:
    share = round(100 * owed / max(1, person.capacity))
    level = "over" if share > 100 else "full" if share > 80 else "free"
    return Load(str(person), tags.initials(person), owed, late, person.capacity, share, level, away)
