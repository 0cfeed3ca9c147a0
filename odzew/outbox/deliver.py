"""Delivery: claim a queued row durably, send it, and only then say so.

A crash between sending and saying so leaves the row in `sending`; it becomes *in doubt* and is
never sent again by itself (SAFETY P6).
"""

from datetime import datetime, timedelta

from odzew.channels import registry
from odzew.channels.base import ChannelError
from odzew.conversations import settling
from odzew.conversations.models import Message
from odzew.lib.clock import now
from odzew.outbox import letter

# Minutes between tries; RFC 5321 §4.5.4.1 asks for patience of four to five days in all.
BACK_OFF = (1, 5, 15, 30)
GIVE_UP_AFTER = timedelta(days=4)
HELD_AT_MOST = timedelta(minutes=15)
AT_ONCE = timedelta(seconds=-1)


def step() -> int:
    """Deliver the message that waits longest, and return 1, or 0 when none is due."""
    message = _claim(now())
    if message is None:
        return 0
    deliver(message)
    return 1


def deliver(message: Message) -> None:
    """Send a claimed message and settle what becomes of it."""
    try:
        receipt = registry.sender(message.conversation.account.channel)(
            message.conversation.account, letter.write(message)
        )
    except ChannelError as error:
        _not_sent(message, error, now())
    else:
        settling.accepted(message, receipt.said, now())


def doubt_what_was_cut_short(*, held_at_most: timedelta = HELD_AT_MOST) -> int:
    """Mark messages whose sending never ended as in doubt, and return how many there were."""
    rows = Message.objects.filter(state=Message.State.SENDING, next_try_at__lte=now() - held_at_most)
    for message in rows.select_related("conversation"):
        settling.in_doubt(message, "The desk stopped while it was sending.", now())
    return len(rows)


def _claim(at: datetime) -> Message | None:
    queued = Message.objects.filter(state=Message.State.QUEUED, next_try_at__lte=at)
    for number in queued.order_by("next_try_at", "pk").values_list("pk", flat=True)[:10]:
        # Whoever changes the row has the message; the change is on disk before a byte is sent.
        if queued.filter(pk=number).update(state=Message.State.SENDING, next_try_at=at):
            return Message.objects.select_related("conversation__account", "author").get(pk=number)
    return None


def _not_sent(message: Message, error: ChannelError, at: datetime) -> None:
    if error.in_doubt:
        settling.in_doubt(message, str(error), at)
    elif error.permanent or at - message.at > GIVE_UP_AFTER:
        message.tries += 1
        settling.failed(message, str(error), at)
    else:
        _put_off(message, str(error), at)


def _put_off(message: Message, said: str, at: datetime) -> None:
    minutes = BACK_OFF[message.tries] if message.tries < len(BACK_OFF) else 60
    message.tries += 1
    message.state = Message.State.QUEUED
    message.next_try_at = at + timedelta(minutes=minutes)
    message.server_said = said[:2000]
    message.save(update_fields=["tries", "state", "next_try_at", "server_said"])
