"""What a person does with her notices."""

from datetime import datetime

from django.db import transaction

from odzew.lib.ready import Ready
from odzew.notices import bells
from odzew.notices.models import Notice, NoticeQuerySet
from odzew.staff.models import Person


def unread(person: Person) -> int:
    """Return how many she has not read."""
    return Notice.objects.visible_to(person).standing().filter(in_page=True).count()


def read(person: Person, notice: Notice, now: datetime) -> None:
    """Mark one as read."""
    _read(person, Notice.objects.filter(pk=notice.pk), now)


def read_all(person: Person, until: int, now: datetime) -> None:
    """Mark as read what she has seen: all up to the notice with the number `until`."""
    _read(person, Notice.objects.filter(pk__lte=until), now)


def read_of(person: Person, conversation: int, now: datetime) -> None:
    """Mark as read what led to a conversation: she has opened it."""
    if _LED_HERE(person.pk, conversation):
        _read(person, Notice.objects.filter(conversation=conversation), now)


_LED_HERE = Ready(
    lambda person, conversation: (
        Notice.objects.filter(conversation=conversation)
        .visible_to(Person(pk=person))
        .standing()
        .values_list("pk", flat=True)[:1]
    )
)


def _read(person: Person, rows: NoticeQuerySet, now: datetime) -> None:
    with transaction.atomic():
        bells.ring([person.pk])
        rows.visible_to(person).standing().update(read_at=now, to_mail=False)
