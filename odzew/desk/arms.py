"""What a person may see, cut into parts that an index serves each by itself.

`visible_to` says "of my teams, or mine", and no database sorts such a set without reading all of
it. One part for each team, and one for what is mine elsewhere, are each read in order up to a page.
"""

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from odzew.conversations.models import Conversation, ConversationQuerySet
from odzew.ledger.models import Owed, OwedQuerySet
from odzew.staff.models import Person, Team

Row = TypeVar("Row", bound=Model)


def owed(person: Person) -> list[OwedQuerySet]:
    """Return the parts of `Owed.objects.open().visible_to(person)`, each the most pressing first."""
    rows = Owed.objects.open().most_pressing_first()
    if person.sees_everything:
        return [rows]
    teams = list(person.teams.values_list("pk", flat=True))
    return [*(rows.filter(team=team) for team in teams), rows.filter(owner=person).exclude(team__in=teams)]


def talks(person: Person) -> list[ConversationQuerySet]:
    """Return the parts of `Conversation.objects.visible_to(person)`, each the newest first."""
    of_teams = Team.objects.all() if person.sees_everything else person.teams.all()
    teams = list(of_teams.values_list("pk", flat=True))
    rows = Conversation.objects.order_by("-last_at", "-pk")
    handed = (
        Owed.objects.open()
        .filter(owner=person)
        .exclude(team__in=teams)
        .values_list("conversation", flat=True)
    )
    elsewhere = rows.filter(pk__in=list(handed)).exclude(team__in=teams)
    return [*(rows.filter(team=team) for team in teams), elsewhere]


def first(arms: Sequence["QuerySet[Row]"], field: str, size: int, *, backwards: bool = False) -> list[int]:
    """Return the numbers of the first rows of all parts together, sorted by `field` and number."""
    keys: list[list[tuple[datetime, int]]] = [list(arm.values_list(field, "pk")[:size]) for arm in arms]
    return [number for _, number in islice(merge(*keys, reverse=backwards), size)]


def fetch(rows: "QuerySet[Row]", numbers: Sequence[int]) -> list[Row]:
    """Return the rows with these numbers, in this order."""
    found: dict[Any, Row] = rows.in_bulk(list(numbers))
    return [found[number] for number in numbers if number in found]
