"""Answers that are written but not yet accepted on the other side."""

from collections.abc import Iterable

from odzew.conversations.models import Message
from odzew.lib.among import Among
from odzew.lib.ready import Ready

UNSETTLED = (Message.State.QUEUED, Message.State.SENDING, Message.State.IN_DOUBT, Message.State.PASSED)
# What has not ended yet, and may still arrive by itself, or when its author lets it go.
NOT_OVER = (Message.State.QUEUED, Message.State.HELD, Message.State.SENDING, Message.State.PASSED)


def pays(conversations: Iterable[int]) -> frozenset[int]:
    """Return the debts an answer is under way for.

    One that waits for a moment is not: it is held as soon as the customer writes.
    """
    rows = _UNDER_WAY(list(conversations))
    return frozenset(debt for row in rows if _goes(row) for debt in row.pays)


_UNDER_WAY = Ready(
    lambda conversations: Message.objects.filter(
        conversation__in=Among(conversations), state__in=UNSETTLED
    ).only("pays", "state", "later")
)


def withdraw(conversation: int, debt: int) -> None:
    """Let no answer that is under way pay a debt any more."""
    states = (*UNSETTLED, Message.State.HELD)
    rows = Message.objects.filter(conversation=conversation, state__in=states)
    for message in [row for row in rows if debt in row.pays]:
        message.pays = [number for number in message.pays if number != debt]
        message.save(update_fields=["pays"])


def _goes(message: Message) -> bool:
    waits = message.state == Message.State.QUEUED and message.later is not None
    return not waits or (message.later or {}).get("seen") is None
