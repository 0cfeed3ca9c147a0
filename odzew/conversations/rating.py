"""Rating: how the customer found an answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from odzew.conversations.models import Message


class Rating(models.Model):
    """What the customer said of an answer on his page, once for each: it pays, settles and opens nothing."""

    class How(models.TextChoices):
        """Three steps, so that one press says it."""

        GOOD = "good", _("Good")
        FAIR = "fair", _("So-so")
        BAD = "bad", _("Bad")

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="rating")
    how = models.CharField(max_length=4, choices=How)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.message_id} {self.how}"
