"""A person's calendar both ways: the address others read absences at, and the one hers are read from."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from odzew.lib import sealing
from odzew.staff.absence import Absence
from odzew.staff.models import Person


class Feed(models.Model):
    """The private address at which a calendar program reads the absences a person may see.

    The address holds a token that is made of `generation`; raising it revokes every earlier one.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_feed")
    generation = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.person_id} {self.generation}"

    @property
    def token(self) -> str:
        """Return what opens it; nobody else can make it."""
        return sealing.token(settings.SECRET_KEY, *self._parts())

    def opens(self, token: str) -> bool:
        """Return whether a token opens it now."""
        purpose, *parts = self._parts()
        proven = sealing.proves(token, settings.SECRET_KEY, str(purpose), *parts)
        return proven and self.is_on and self.person.is_active

    def _parts(self) -> tuple[str, int, int]:
        return "calendar", self.person_id, self.generation


class SourceQuerySet(models.QuerySet["Source"]):
    """What can be asked of calendars that are read."""

    def due(self, now: datetime) -> Self:
        """Return those that are to be read by now, of people who are there to see what is found."""
        return self.filter(next_at__lte=now, person__is_active=True).order_by("next_at", "pk")


class Source(models.Model):
    """A calendar out in the world. Its address is a secret of its owner, and sealed."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_source")
    sealed = models.TextField()
    # Beginnings of words in titles that mean an absence.
    words = models.JSONField(default=list)
    next_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["next_at"], name="source_due")]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"

    @property
    def address(self) -> str:
        """Return where it is.

        :raises CannotOpen: when the key of the desk has changed
        """
        values: dict[str, Any] = sealing.open_json(self.sealed, settings.SECRET_KEY)
        return str(values["address"])

    @address.setter
    def address(self, said: str) -> None:
        self.sealed = sealing.seal_json({"address": said}, settings.SECRET_KEY)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """What can be asked of proposals."""

    def waiting(self, person: Person, now: datetime) -> Self:
        """Return what a person has still to answer, the first to begin first."""
        asked = self.filter(person=person, state=Proposal.State.PROPOSED, ends_at__gt=now)
        return asked.order_by("begins_at", "pk")

    def differing(self, person: Person, now: datetime) -> Self:
        """Return what was planned and is otherwise in the calendar now."""
        planned = self.filter(person=person, state=Proposal.State.PLANNED, differs=True, ends_at__gt=now)
        return planned.order_by("begins_at", "pk")


class Proposal(models.Model):
    """An absence read from a calendar. It moves nothing until its owner plans it."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed"
        PLANNED = "planned"
        DECLINED = "declined"
        GONE = "gone"  # the calendar does not hold it any more

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="proposals")
    # What the calendar calls it, so that reading it again adds nothing.
    key = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    absence = models.ForeignKey(Absence, null=True, on_delete=models.PROTECT, related_name="+")
    # It was planned, and the calendar says something else now.
    differs = models.BooleanField(default=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="proposal_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="proposal_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"
