"""Imported: what came from another desk, by what that one calls it, so that it comes once."""

from django.db import models

from odzew.conversations.models import Conversation


class Imported(models.Model):
    """One ticket or message of another desk, and the conversation it is in."""

    source = models.CharField(max_length=60)
    key = models.CharField(max_length=100)  # "ticket 35436", "message 35436/1274"
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
