"""Snooze: until when a person does not want to see what she owes in a conversation."""

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Snooze(models.Model):
    """It ends by itself: at its moment, or by whatever the journal says of the conversation after `seq`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="snoozes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    wake_at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["person", "conversation"], name="snooze_once")]
        indexes = [models.Index(fields=["person", "wake_at"], name="snooze_asleep")]

    def __str__(self) -> str:
        return f"{self.conversation_id} until {self.wake_at:%Y-%m-%d %H:%M}"
