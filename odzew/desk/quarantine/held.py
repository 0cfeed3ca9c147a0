"""What the quarantine holds, as far as a person may see it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from odzew.conversations.models import Message
from odzew.intake.models import Raw
from odzew.staff.models import Person


def held(person: Person) -> "QuerySet[Raw]":
    """Return the payloads nobody could read that came to the doors of the person's teams."""
    rows = Raw.objects.filter(state=Raw.State.QUARANTINED)
    if person.sees_everything:
        return rows
    teams = person.teams.values("pk")
    answered_by_us = Message.objects.filter(raw=OuterRef("pk"), conversation__team__in=teams)
    return rows.filter(Q(account__in_charge__team__in=teams) | Exists(answered_by_us))
