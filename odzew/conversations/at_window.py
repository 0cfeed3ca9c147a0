"""What the window of a visitor may see and do: what he wrote, what we wrote to him, and nothing besides.

Of conversations that were merged it shows only what belongs to its own: our belief that two are one
person proves nothing to a browser (docs/adr/0013, 0031, 0041).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from odzew.channels.models import Account
from odzew.conversations import settling, underway
from odzew.conversations.models import Conversation, Message
from odzew.conversations.visitor import Visitor

AT_ONCE = 200
SHOWN = "The visitor's window has shown it."


def visitor(account: Account, key: str) -> Visitor | None:
    """Return the visitor behind a key, with his conversation; None when he has not written yet."""
    rows = Visitor.objects.filter(account=account, key=key)
    return rows.select_related("conversation__team", "conversation__account").first()


def ours(talk: Conversation) -> "QuerySet[Message]":
    """Return what we have written to the visitor; what can still be taken back was not said yet."""
    rows = _own(talk).filter(direction=Message.Direction.OUTBOUND, author__isnull=False, later__isnull=True)
    return rows.exclude(purpose=Message.Purpose.ASIDE)


def his(talk: Conversation) -> "QuerySet[Message]":
    """Return what came in; which of it came from the window, its payload says."""
    return _own(talk).filter(direction=Message.Direction.INBOUND, raw__isnull=False)


def newest(rows: "QuerySet[Message]") -> list[Message]:
    """Return the newest of some messages, the oldest first."""
    found = rows.select_related("author").prefetch_related("attachments").order_by("-pk")[:AT_ONCE]
    return sorted(found, key=lambda message: message.pk)


def shown(visitor: Visitor, numbers: Collection[int], now: datetime) -> int:
    """Let answers that the window has shown pay what they answer; return how many were settled by it.

    Whatever is not this visitor's, or settled already, is left alone: said twice it counts once.
    """
    if visitor.conversation is None:
        return 0
    rows = ours(visitor.conversation).filter(pk__in=numbers, state__in=underway.UNSETTLED)
    waiting = list(rows.select_related("conversation").order_by("pk"))
    for message in waiting:
        settling.accepted(message, SHOWN, now)
    return len(waiting)


@transaction.atomic
def write_to(account: Account, key: str, mail: str, now: datetime) -> None:
    """Note the address a visitor has typed, for what we write to him from now on. It is a claim."""
    fresh = {"account": account, "created_at": now}
    Visitor.objects.get_or_create(key=key, defaults=fresh)
    held = Visitor.objects.select_for_update().get(key=key)
    held.mail = mail
    held.save(update_fields=["mail"])
    if held.conversation_id is not None:
        Conversation.objects.filter(pk=held.conversation_id).update(address=mail)


def _own(talk: Conversation) -> "QuerySet[Message]":
    came = Q(origin=talk)
    here = came | Q(origin=None, conversation=talk)
    return Message.objects.filter(here)
