"""What the quarantine holds, as far as a person may see it."""

from django.db.models import Q, QuerySet

from odzew.intake.models import Raw
from odzew.staff.models import Person


def held(person: Person) -> "QuerySet[Raw]":
    """Return the payloads nobody could read that came to the doors of the person's teams."""
    rows = Raw.objects.filter(state=Raw.State.QUARANTINED)
    if person.sees_everything:
        return rows
    teams = person.teams.values("pk")
    return rows.filter(Q(account__in_charge__team__in=teams) | Q(message__conversation__team__in=teams))
