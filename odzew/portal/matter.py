"""What a private link leads to when conversations were merged: the customer's page knows nothing of it.

The page is of the conversation the link was made for, and shows what belongs to it wherever it stands now.
Of others merged with it no more is shown than what was written from the same address: our belief that two
addresses are one person's proves nothing to whoever holds a link (docs/adr/0013, 0027, 0031).
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from odzew.conversations import status_link, whereabouts
from odzew.conversations.models import Conversation, Message
from odzew.ledger import beginnings
from odzew.ledger.models import Owed, OwedQuerySet


def place(talk: Conversation) -> Conversation:
    """Return the conversation in which a matter goes on."""
    return talk.stands_for or talk


def messages(talk: Conversation) -> "QuerySet[Message]":
    """Return what was said in a matter, as far as the holder of its link may know of it."""
    return _said(place(talk).pk, _own(talk))


def knows(talk: Conversation, answer: Message, now: datetime) -> bool:
    """Return whether an answer is of the matter of a link, also when it stands elsewhere since it was sent.

    A merge was taken back, or it was split off. There it is out of reach of older links once those were
    revoked, or have ended.
    """
    if messages(talk).filter(pk=answer.pk).exists():
        return True
    there = answer.conversation
    if there.link_generation > talk.link_generation or status_link.has_ended(place(there), now):
        return False
    return answer.to_address == talk.address.lower() and talk.pk in whereabouts.stood(answer)


def owed(talk: Conversation) -> OwedQuerySet:
    """Return what is owed in a matter, as far as the holder of its link may know of it."""
    root, own = place(talk).pk, _own(talk)
    rows = Owed.objects.open().filter(conversation=root)
    if own is None:
        return rows
    said = set(_said(root, own).values_list("pk", flat=True))
    known = beginnings.of_conversations([root])
    # One made by hand belongs to the conversation it was made in.
    his = [one.debt for one in known if (one.message in said if one.message else one.conversation in own)]
    return rows.filter(pk__in=his)


def _said(root: int, own: Collection[int] | None) -> "QuerySet[Message]":
    rows = Message.objects.filter(conversation=root)
    if own is None:
        return rows
    came = Q(origin__in=own)
    return rows.filter(came | Q(origin=None) if root in own else came)


def _own(talk: Conversation) -> list[int] | None:
    """Return which of the conversations that are one matter were written from its address; None: all."""
    root = place(talk).pk
    one = list(Conversation.objects.filter(Q(pk=root) | Q(stands_for=root)).values_list("pk", "address"))
    own = [number for number, address in one if address.lower() == talk.address.lower()]
    return own if len(own) < len(one) else None
