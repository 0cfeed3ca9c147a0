"""Answers that are written but not yet accepted on the other side."""

from collections.abc import Iterable

from odzew.conversations.models import Message

UNSETTLED = (Message.State.QUEUED, Message.State.SENDING, Message.State.IN_DOUBT)


def pays(conversations: Iterable[int]) -> frozenset[int]:
    """Return the debts an answer is under way for."""
    numbers = list(conversations)
    if not numbers:
        return frozenset()
    rows = Message.objects.filter(conversation__in=numbers, state__in=UNSETTLED)
    return frozenset(debt for pays in rows.values_list("pays", flat=True) for debt in pays)
