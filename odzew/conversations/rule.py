"""Rule and Ruled: what the firm wants done with a message that comes in, and what was done."""

from datetime import datetime
from typing import Self

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person, Team

LONGEST = 80


class RuleQuerySet(models.QuerySet["Rule"]):
    """What can be asked of rules."""

    def in_order(self) -> Self:
        """Sort them as they are tried: those of the whole desk first, then those of each team."""
        return self.order_by(models.F("of_team").asc(nulls_first=True), "place", "pk")

    def kept_by(self, person: Person) -> Self:
        """Return those the person may change: of the teams led, all for who runs the desk."""
        return self if person.sees_everything else self.filter(of_team__in=person.teams.values("pk"))


class Rule(models.Model):
    """When, if, then. It opens no debt, pays none and answers nobody (docs/rules.md)."""

    class When(models.TextChoices):
        """Which messages it is tried on."""

        NEW = "new"
        ANY = "any"

    name = models.CharField(max_length=LONGEST)
    # It is tried on what comes to this team only; on everything, when there is none.
    of_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.PositiveIntegerField()
    is_on = models.BooleanField(default=True)
    when = models.CharField(max_length=5, choices=When, default=When.NEW)
    asked = models.JSONField(default=dict, blank=True)  # odzew/conversations/conditions.py
    does = models.JSONField(default=dict, blank=True)  # odzew/conversations/rules.py
    # No rule below it is tried on what it met.
    stops = models.BooleanField(default=False)
    # Why the desk itself has switched it off; a line in English that is translated, then what the error said.
    broken = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


class Ruled(models.Model):
    """A rule did something in a conversation. What things were called then stays."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="ruled")
    # No key: a rule may be taken away while a message is being written.
    rule = models.BigIntegerField()
    name = models.CharField(max_length=LONGEST)
    message = models.BigIntegerField()
    at = models.DateTimeField()
    did = models.JSONField(default=list)  # [["tag", "Returns"], ["team", "Complaints"]]

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["rule", "at"], name="ruled_by")]

    def __str__(self) -> str:
        return f"{self.name} {self.conversation_id}"


def met_since(moment: datetime) -> dict[int, int]:
    """Return how often each rule did something since a moment."""
    rows = Ruled.objects.filter(rule__in=Rule.objects.values("pk"), at__gte=moment)
    return dict(rows.values_list("rule").annotate(n=models.Count("pk")).order_by())
