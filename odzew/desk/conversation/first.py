"""Our letters in a conversation that we began, before anybody else has said a word in it."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext

from odzew.conversations.happening import Happening
from odzew.conversations.models import Message
from odzew.desk.conversation.mark import Mark


def is_unheard(messages: Iterable[Message], acts: Iterable[Happening]) -> bool:
    """Tell whether we began a conversation, and the customer has said nothing in it."""
    return _is_begun(acts) and all(one.direction != Message.Direction.INBOUND for one in messages)


def letters(
    messages: Sequence[Message], acts: Iterable[Happening], besides: Collection[int] = ()
) -> set[int]:
    """Return the numbers of such letters; `besides` are the conversations with third parties."""
    ours = [one for one in messages if one.conversation_id not in besides]
    heard = min((one.at for one in ours if one.direction == Message.Direction.INBOUND), default=None)
    if not _is_begun(acts):
        return set()
    return {
        one.pk
        for one in ours
        if one.purpose == Message.Purpose.ACKNOWLEDGEMENT and (heard is None or one.at < heard)
    }


def _is_begun(acts: Iterable[Happening]) -> bool:
    return any(act.what == Happening.What.BEGUN for act in acts)


def mark() -> Mark:
    """Return what such a letter is, in words: it acknowledges nothing, as nothing was asked."""
    return Mark("send", gettext("Our letter: nothing had been asked"))
