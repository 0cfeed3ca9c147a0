"""Code: six digits that prove to the customer's page who holds the mailbox."""

from django.db import models

from odzew.conversations.models import Conversation


class Code(models.Model):
    """A code that was mailed to the address of a conversation; only its digest is kept.

    `address` is the mailbox whose codes are counted together: in small letters, without a subaddress.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="codes")
    address = models.CharField(max_length=320)
    digest = models.CharField(max_length=26)
    made_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["address", "made_at"], name="code_recent")]

    def __str__(self) -> str:
        return f"code for {self.address}"
