"""All rows that speak of one person: what is given to her is what is erased of her."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from odzew.conversations.models import Attachment, Conversation, Message, MessageQuerySet
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.intake.models import Raw


@dataclass(frozen=True, slots=True)
class Extent:
    """The customers that are one with a person, her conversations, and what third parties were asked."""

    customers: tuple[int, ...]
    talks: tuple[int, ...]

    def messages(self) -> MessageQuerySet:
        """Return every message and note, the oldest first."""
        here = Q(conversation__in=self.talks) | Q(origin__in=self.talks)
        return Message.objects.filter(here).order_by("at", "pk")

    def raws(self) -> "QuerySet[Raw]":
        """Return the payloads her messages were read from."""
        return Raw.objects.filter(pk__in=self.messages().exclude(raw=None).values("raw"))

    def attachments(self) -> "QuerySet[Attachment]":
        """Return every file that came or went."""
        return Attachment.objects.filter(message__in=self.messages().order_by().values("pk"))

    def blobs(self) -> set[str]:
        """Return the keys of the bytes of files we sent."""
        return set(self.attachments().exclude(blob=None).values_list("blob", flat=True))


def of(customer: Customer) -> Extent:
    """Return what speaks of a customer. This function will read, and lock nothing."""
    one = kin.numbers(customer)
    talks = Conversation.objects.filter(Q(customer__in=one) | Q(beside__customer__in=one))
    return Extent(tuple(one), tuple(talks.order_by("pk").values_list("pk", flat=True)))
