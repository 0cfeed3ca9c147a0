"""Union and Parting: conversations that were merged, and messages that were split off, until taken back."""

from django.db import models
from django.db.models import Q

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Union(models.Model):
    """One conversation was merged into another; what is kept here gives back what each had."""

    kept = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="unions")
    other = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="united")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Numbers of the other's debts, side conversations, drafts and tags; and how the kept one stood.
    brought = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["other"], name="union_once", condition=Q(undone_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} in {self.kept_id}"


class Parting(models.Model):
    """Messages were split off a conversation into one of their own."""

    source = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="partings")
    part = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="parted")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    # [[message, where it belonged]], and the debts that began because a message was parted from its debt.
    messages = models.JSONField(default=list)
    opened = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.part_id} off {self.source_id}"
