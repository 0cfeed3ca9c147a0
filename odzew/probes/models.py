"""Probe: one attempt to come in by a door. Outage: a door that lets nothing in, and the debt it opened."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from odzew.channels.models import Account
from odzew.staff.models import Person


class ProbeQuerySet(models.QuerySet["Probe"]):
    """What can be asked of probes."""

    def under_way(self) -> Self:
        """Return those that have not come out yet, and are not lost."""
        return self.exclude(state=Probe.State.ARRIVED).exclude(state=Probe.State.LOST)


class Probe(models.Model):
    """One attempt. The row is written before anything is sent, so that a crash loses no alarm."""

    class State(models.TextChoices):
        """Where it stands; each change is one conditional update, so that of two workers one makes it."""

        ASKED = "asked"  # it is to go, or to go again: nothing of it is on its way
        SENDING = "sending"  # it may be on its way, whatever became of its worker
        WAITING = "waiting"  # the door, or the server before it, has said yes
        ARRIVED = "arrived"  # in time
        LOST = "lost"  # not in time; `arrived_at` says whether it came at all

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="probes")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    # The moment it is for: one probe a door and moment, whatever the number of workers.
    wanted_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # When it is lost.
    due_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True)  # what went wrong

    objects = ProbeQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["account", "wanted_at"], name="probe_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="probe_under_way",
                condition=~Q(state="arrived") & ~Q(state="lost"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"


class OutageQuerySet(models.QuerySet["Outage"]):
    """What can be asked of outages."""

    def standing(self) -> Self:
        """Return those that have not ended."""
        return self.filter(ended_at=None)

    def visible_to(self, person: Person) -> Self:
        """Return the outages of the doors of the person's teams; an administrator sees all."""
        if person.sees_everything:
            return self
        return self.filter(account__in_charge__team__in=person.teams.values("pk"))


class Outage(models.Model):
    """A time in which a door lets nothing in; it ends when a probe comes through in time."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="outages")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    debt = models.BigIntegerField()
    said = models.TextField(blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["account"], name="outage_once", condition=Q(ended_at=None)),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="outage_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since:%Y-%m-%d %H:%M}"
