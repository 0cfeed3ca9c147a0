"""Draft: a reply somebody has begun and not sent. Only its author ever sees it."""

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Draft(models.Model):
    """What one person has begun to write in one conversation, and what other open pages hold beside it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField(blank=True)
    # What the form says besides: purpose, pays, answered, refuses, rests_on.
    form = models.JSONField(default=dict, blank=True)
    # Raised by each change of the text; a page that began from an older one does not overwrite it.
    revision = models.PositiveIntegerField(default=0)
    page = models.CharField(max_length=40, blank=True)  # which open page wrote it last
    turn = models.PositiveIntegerField(default=0)  # of that page: what overtook on the way is left
    # Texts of pages that began from an older revision: {page: text}.
    beside = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["author", "conversation"], name="draft_once")]

    def __str__(self) -> str:
        return self.text[:60]
