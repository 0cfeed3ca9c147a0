"""What people did with a conversation that is no message and moves no debt: it stands in the history."""

from datetime import datetime

from django.db import models

from odzew.conversations.models import Conversation
from odzew.staff.models import Person


class Happening(models.Model):
    """One such act. What it was called then stays, whatever it is called later."""

    class What(models.TextChoices):
        """Which act it was."""

        TAGGED = "tagged"
        UNTAGGED = "untagged"
        SNOOZED = "snoozed"  # its text is the moment to wake at
        WOKEN = "woken"
        # Their text is the number of the other conversation.
        MERGED = "merged"  # into this one
        MERGED_IN = "merged_in"  # this one, into the other
        UNMERGED = "unmerged"
        SPLIT = "split"  # off this one
        SPLIT_OFF = "split_off"  # this one, off the other
        REJOINED = "rejoined"  # a split was taken back
        BEGUN = "begun"  # by us: the customer had not written about it
        GIVEN = "given"  # to another team, whose name is its text; below it stands why

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="happenings")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=10, choices=What)
    text = models.TextField(blank=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.what} {self.text}"


def note(conversation: Conversation, by: Person, what: Happening.What, text: str, now: datetime) -> None:
    """Write an act into the history of a conversation."""
    Happening.objects.create(conversation=conversation, at=now, by=by, what=what, text=text)
