"""Account: one concrete mailbox, bot, number or form."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from odzew.lib import sealing


class Account(models.Model):
    """One concrete door. What is secret in its settings is sealed at rest."""

    channel = models.CharField(max_length=20, default="email")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=320, unique=True)
    active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    # What the door saw last: cursors and moments, written by the door alone.
    state = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def secrets(self) -> dict[str, Any]:
        """Open the sealed settings: passwords, tokens, private keys."""
        return sealing.open_json(self.sealed, settings.SECRET_KEY) if self.sealed else {}

    @secrets.setter
    def secrets(self, values: dict[str, Any]) -> None:
        self.sealed = sealing.seal_json(values, settings.SECRET_KEY)

    @property
    def domain(self) -> str:
        """Return the part of the address behind the @; of what has none, where the desk is."""
        _local, at, domain = self.address.rpartition("@")
        return (domain if at else urlsplit(settings.SITE_URL).hostname) or "localhost"


class Handed(models.Model):
    """One part of a message of ours that a provider has taken, so that no try sends it twice.

    A long message goes in several parts, and a file is one of its own.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)  # our identifier of the message
    part = models.PositiveIntegerField()
    given = models.CharField(max_length=200)  # what the provider calls it
    # When it was on the receiver's device, and when he saw it; of providers that tell.
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["key", "part"], name="handed_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.part}"
