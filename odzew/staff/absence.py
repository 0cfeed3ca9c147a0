"""Absence and Cover: who is away when, and who has said yes to standing in."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from odzew.staff.models import Person


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """What can be asked of absences."""

    def standing(self) -> Self:
        """Return those that are to come or have begun."""
        return self.filter(state__in=Absence.STANDING)

    def due(self, at: datetime) -> Self:
        """Return those of which a moment has come (it begins, a cover changes, it ends), by one index."""
        return self.standing().filter(next_at__lte=at).order_by("next_at", "pk")

    def visible_to(self, person: Person) -> Self:
        """Return the absences of the person's colleagues in any team, and the person's own."""
        if person.sees_everything:
            return self
        colleagues = Person.objects.filter(teams__in=person.teams.values("pk"))
        return self.filter(Q(person=person) | Q(person__in=colleagues.values("pk")))


class Absence(models.Model):
    """A time in which a person is not there. Its reason is for the person and the leads only."""

    class State(models.TextChoices):
        """Where it stands; debts rest on the person unless it has begun."""

        PLANNED = "planned"
        BEGUN = "begun"
        ENDED = "ended"
        CANCELLED = "cancelled"

    STANDING = (State.PLANNED, State.BEGUN)  # to come, or begun

    class AtEnd(models.TextChoices):
        """What becomes of the debts that are still unpaid when it ends."""

        RETURN = "return"
        STAY = "stay"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_planned = models.BooleanField(default=True)
    reason = models.TextField(blank=True)
    at_end = models.CharField(max_length=10, choices=AtEnd, default=AtEnd.RETURN)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    # The next moment at which debts may have to move.
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # When the customers who wait were told who has it now; once an absence, whatever comes of it.
    told_at = models.DateTimeField(null=True)
    # The identifier of a calendar it was read from, so that reading it again adds nothing.
    source = models.CharField(max_length=255, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="absence_has_a_length")
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="absence_due", condition=Q(state__in=["planned", "begun"])
            ),
            models.Index(
                fields=["id"], name="absence_to_tell", condition=Q(state="begun", told_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.begins_at:%Y-%m-%d %H:%M}"


class Cover(models.Model):
    """Somebody asked to stand in for a part of an absence."""

    class State(models.TextChoices):
        """What was said to the asking."""

        ASKED = "asked"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="covers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covers")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="cover_has_a_length")]

    def __str__(self) -> str:
        return f"{self.person} {self.state}"
