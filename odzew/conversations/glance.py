"""Glance: how far a person has seen a conversation."""

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Glance(models.Model):
    """Seen up to the last word there was then; without a row, up to `Person.caught_up_at`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Never looked for by itself: whoever draws a list has both.
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["person", "conversation"], name="glance_once")]

    def __str__(self) -> str:
        return f"{self.person_id} saw {self.conversation_id}"
