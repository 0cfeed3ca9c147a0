"""What each person carries, beside what he can carry."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from odzew.desk import tags
from odzew.ledger import counters
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
    owed, late, away = Counter[int](), Counter[int](), presence.begun()
    for line in counters.at(now):
        owed[line.owner] += line.open
        late[line.owner] += line.late
    made = [_load(one, owed[one.pk], late[one.pk], one.pk in away) for one in people]
    return sorted(made, key=lambda one: (-one.share, one.name))


def _load(person: Person, owed: int, late: int, away: bool) -> Load:
    share = round(100 * owed / max(1, person.capacity))
    level = "over" if share > 100 else "full" if share > 80 else "free"
    return Load(str(person), tags.initials(person), owed, late, person.capacity, share, level, away)
