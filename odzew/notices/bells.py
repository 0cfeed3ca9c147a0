"""Ringing: whoever changes the notices of people takes their bells first."""

from collections.abc import Iterable

from django.db.models import F

from odzew.notices.models import Bell


def ring(people: Iterable[int]) -> None:
    """Take the bells of people, in one order for all, until the transaction ends; their pages hear it."""
    numbers = sorted(set(people))
    if not numbers:
        return
    known = set(Bell.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    Bell.objects.bulk_create([Bell(pk=n) for n in numbers if n not in known], ignore_conflicts=True)
    rows = Bell.objects.filter(pk__in=numbers)
    list(rows.select_for_update().order_by("pk"))
    rows.update(turn=F("turn") + 1)
