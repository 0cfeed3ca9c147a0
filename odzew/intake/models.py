"""Raw: what came through a door, byte for byte."""

from django.db import models
from django.db.models import Q

from odzew.channels.models import Account
from odzew.conversations.models import Attachment


class Raw(models.Model):
    """A payload as it came. Once this row is on disk, the sender may forget it.

    The two keys tell a duplicate (docs/adr/0012): what the transport calls it, and what it holds.
    """

    class State(models.TextChoices):
        """On its way into the history; nothing ends anywhere else (SAFETY P3)."""

        KEPT = "kept"
        ACCEPTED = "accepted"
        QUARANTINED = "quarantined"
        DISCARDED = "discarded"
        TOLD = "told"  # of what became of a message of ours (odzew/intake/told.py)
        PROBE = "probe"  # our own, by which a door is tried: it has done its work (docs/adr/0034)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    envelope = models.JSONField(default=dict)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField()
    transport_key = models.CharField(max_length=200, null=True)
    content_key = models.CharField(max_length=64, null=True)
    content_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.KEPT)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    discarded_by = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["account", "transport_key"], name="raw_transport_once"),
            models.UniqueConstraint(fields=["content_key"], name="raw_content_once"),
        ]
        indexes = [
            models.Index(fields=["id"], name="raw_waiting", condition=Q(state="kept")),
            models.Index(fields=["state"], name="raw_quarantine", condition=Q(state="quarantined")),
            models.Index(fields=["content_sha256"], name="raw_content"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"

    @property
    def channel(self) -> str:
        """Return in which shape it is: what a customer writes on his page is a mail, whatever answers it."""
        return "email" if self.door == "page" else self.account.channel


class Wanted(models.Model):
    """A file of a message that its provider has still to give us."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="wanted")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=500)  # what the provider calls it
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.reference
