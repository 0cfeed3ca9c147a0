"""Visitor: a browser that has written in a chat, and the conversation it is in."""

from django.db import models
from django.db.models import QuerySet

from odzew.channels.models import Account
from odzew.conversations.models import Conversation


class Visitor(models.Model):
    """One browser at one chat. Its secret is not kept, only what it hashes to.

    Without a conversation its next message begins one.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64, unique=True)
    # Whom the shop named when it signed a message of his; from then on only he reads here.
    number = models.CharField(max_length=300, blank=True)
    # Where to write to; typed, and so a claim.
    mail = models.CharField(max_length=320, blank=True)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.PROTECT, related_name="visitors"
    )
    created_at = models.DateTimeField()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.key[:8]


def locked(rows: "QuerySet[Visitor]") -> list[Visitor]:
    """Lock visitors until the transaction ends, the oldest first.

    Whoever locks conversations too does it afterwards, or he and a visitor who writes wait for each other.
    """
    return list(rows.select_for_update(of=("self",)).select_related("conversation").order_by("pk"))
