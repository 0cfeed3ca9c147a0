"""The digest by mail: at the hours a person has chosen, on working days, and only when there is something."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from django.db import models, transaction

from odzew.domain.worktime import Calendar
from odzew.notices import quiet
from odzew.notices.models import Notice
from odzew.notices.tuning import Tuning
from odzew.staff.absence import Absence
from odzew.staff.models import Person

FAR = 366  # days in which a team works again, or it never does
AT_ONCE = 100


class Digest(models.Model):
    """One mail to one person. The row is its outbox; what it says is written when it goes."""

    class State(models.TextChoices):
        """Where it stands; what is in doubt is not sent again, its notices stand in the page."""

        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        IN_DOUBT = "in_doubt"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    notices = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=200)
    said = models.TextField(blank=True)

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="digest_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["made_at"], name="digest_old"),
        ]

    def __str__(self) -> str:
        return f"to {self.person_id} at {self.made_at}"


def step(at: datetime) -> int:
    """Queue the digests whose hour has come, one a person however many hours were missed; return how many."""
    due = list(Tuning.objects.filter(digest_at__lte=at).order_by("digest_at")[:AT_ONCE])
    for wishes in due:
        _take(wishes, at)
    return len(due)


def next_at(person: Person, hours: Sequence[str], after: datetime) -> datetime | None:
    """Return the next of her hours on a working day of one of her teams; None when there is none."""
    if not hours:
        return None
    zone = ZoneInfo(person.timezone)
    today, teams = after.astimezone(zone).date(), quiet.calendars(person, after)
    for day in (today + timedelta(days=n) for n in range(FAR)):
        if not _is_worked(day, teams):
            continue
        for hour in sorted(map(time.fromisoformat, hours)):
            moment = datetime.combine(day, hour, zone).astimezone(after.tzinfo)
            if moment > after:
                return moment
    return None


def _is_worked(day: date, teams: Sequence[Calendar]) -> bool:
    return not teams or any(one.spans_on(day) for one in teams)


@transaction.atomic
def _take(wishes: Tuning, at: datetime) -> None:
    person = Person.objects.get(pk=wishes.person_id)
    following = next_at(person, wishes.digest_hours, at) if person.is_active else None
    # Whoever moves the hour on has this digest.
    mine = Tuning.objects.filter(pk=wishes.pk, digest_at=wishes.digest_at)
    if not mine.update(digest_at=following) or not person.is_active or _is_away(person):
        return
    waiting = Notice.objects.filter(person=person, to_mail=True).standing().order_by("at", "pk")
    numbers = list(waiting.values_list("pk", flat=True))
    if numbers:
        Notice.objects.filter(pk__in=numbers).update(to_mail=False)
        made = Digest(person=person, made_at=at, notices=numbers, next_try_at=at, message_id=token_hex(16))
        made.save()


def _is_away(person: Person) -> bool:
    return Absence.objects.filter(person=person, state=Absence.State.BEGUN).exists()
