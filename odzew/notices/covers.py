"""Who is told that nobody stands in any more: whoever will be away, or the leads of whoever is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from odzew.domain.cover import Gap
from odzew.notices import telling
from odzew.notices.models import Kind
from odzew.staff import presence
from odzew.staff.absence import Absence
from odzew.staff.models import Person, Team

AHEAD = timedelta(days=365)
Gaps = Mapping[Absence, list[Gap]]


@contextmanager
def watched(by: Person, now: datetime) -> Iterator[None]:
    """Run what may take a cover away, in one transaction with the notices of what it has left uncovered.

    `by` is the person who acts: nobody is told of his own act.
    """
    with transaction.atomic():
        before = _uncovered(now)
        yield
        after = _uncovered(now)
        for absence, found in after.items():
            if absence in before and any(_is_new(gap, before[absence]) for gap in found):
                _tell(absence, by, now)
        for absence in (row for row, found in before.items() if found and not after.get(row)):
            telling.take_back(Kind.COVER, now, absence=absence.pk)


def _uncovered(now: datetime) -> Gaps:
    standing = list(Absence.objects.standing().select_related("person"))
    found = presence.gaps(standing, now + AHEAD)
    return {row: [gap for gap in found[row.pk] if gap.until > now] for row in standing}


def _is_new(gap: Gap, before: Iterable[Gap]) -> bool:
    """Return whether a part of a gap was covered before; gaps stand in their order."""
    since = gap.since
    for one in before:
        if one.since <= since < one.until:
            since = one.until
    return since < gap.until


def _tell(absence: Absence, by: Person, now: datetime) -> None:
    for person in _whom(absence):
        telling.tell(person, Kind.COVER, None, now, by=by.pk, absence=absence.pk)


def _whom(absence: Absence) -> set[int]:
    if absence.state == Absence.State.PLANNED:
        return {absence.person_id}
    led = Team.objects.filter(members=absence.person_id, lead__isnull=False).exclude(lead=absence.person_id)
    return set(led.values_list("lead", flat=True))
