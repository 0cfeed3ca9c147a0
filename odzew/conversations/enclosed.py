"""DraftFile: a file that is to go with a reply which is still being written."""

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class DraftFile(models.Model):
    """A file somebody has put to a reply in one conversation; only its author sees it, as with the draft."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="draft_files", db_index=False
    )
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["author", "conversation"], name="draft_file_of")]

    def __str__(self) -> str:
        return self.filename
