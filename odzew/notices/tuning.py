"""What a person wants to be told of, by which way, and when. Nobody else may read it."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from odzew.staff.models import Person

WARN_MINUTES = 60  # of working time before a debt is due


class Way(models.TextChoices):
    """How a notice reaches her."""

    PAGE = "page"
    PUSH = "push"
    MAIL = "mail"


class Quiet(models.TextChoices):
    """When nothing is pushed or mailed; it is held until then, not lost."""

    OFF_WORK = "off_work"  # outside the working hours of her teams
    SPAN = "span"  # between two hours of her own
    NEVER = "never"  # she wants it at night too


class Tuning(models.Model):
    """The wishes of one person; who has none of her own has these."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    # {"owed": ["page", "push"]}; a kind that is not named goes every way.
    ways = models.JSONField(default=dict, blank=True)
    warn_minutes = models.PositiveIntegerField(default=WARN_MINUTES)
    quiet = models.CharField(max_length=10, choices=Quiet, default=Quiet.OFF_WORK)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    # Hours of her clock, on the working days of her teams; none: no mail.
    digest_hours = models.JSONField(default=list, blank=True)
    digest_at = models.DateTimeField(null=True)
    # Whether a push may show the customer and the subject, on a locked screen too.
    shows_words = models.BooleanField(default=False)

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["digest_at"], name="tuning_digest", condition=Q(digest_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"of {self.person_id}"

    def ways_of(self, kind: str) -> frozenset[Way]:
        """Return by which ways a kind is told."""
        return frozenset(map(Way, self.ways.get(kind, list(Way))))


def of(person: int) -> Tuning:
    """Return the wishes of a person."""
    return of_all([person])[person]


def of_all(people: Iterable[int]) -> dict[int, Tuning]:
    """Return the wishes of each of these people."""
    numbers = set(people)
    found = Tuning.objects.in_bulk(numbers) if numbers else {}
    return {number: found.get(number) or Tuning(person_id=number) for number in numbers}
