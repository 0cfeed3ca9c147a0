"""Follower: who wants to hear of a conversation, whoever owes something in it."""

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Follower(models.Model):
    """One person who follows one conversation. No debt ever comes of it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.conversation_id}"
