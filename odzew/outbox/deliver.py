"""Delivery: claim a queued row durably, send it, and only then say so.

A crash between sending and saying so leaves the row in `sending`; it becomes *in doubt* and is
never sent again by itself (SAFETY P6).
"""

from datetime import datetime, timedelta

from django.db.models import Q

from odzew.channels import registry
from odzew.channels.base import ChannelError, Receipt
from odzew.conversations import later, settling
from odzew.conversations.models import Message
from odzew.lib.clock import now
from odzew.lib.plain import plain
from odzew.outbox import letter, ways

# Minutes between tries; RFC 5321 §4.5.4.1 asks for patience of four to five days in all.
BACK_OFF = (1, 5, 15, 30)
GIVE_UP_AFTER = timedelta(days=4)
HELD_AT_MOST = timedelta(minutes=15)
NEVER_SO_LONG = timedelta(hours=3)  # no try is put off for longer: its moment is of a clock that jumped
SENDING = Message.State.SENDING
AT_ONCE = timedelta(days=-3650)  # also when the clock was set back since


def step() -> int:
    """Deliver the message that waits longest, and return 1, or 0 when none is due."""
    message = _claim(now())
    if message is None:
        return 0
    deliver(message)
    return 1


def deliver(message: Message) -> None:
    """Send a claimed message and settle what becomes of it.

    :raises Exception: what nobody foresaw; the message shows it, and is put off or in doubt
    """
    try:
        account = ways.way(message, now())
        outgoing = letter.write(message, account)
    except Exception as error:
        _put_off(message, f"It could not be written: {type(error).__name__}: {error}", now())
        raise
    try:
        receipt = registry.sender(account.channel)(account, outgoing)
    except ChannelError as error:
        _not_sent(message, error, now())
    except Exception as error:
        settling.in_doubt(message, f"{type(error).__name__}: {error}", now())
        raise
    else:
        _sent(message, receipt, now())


def doubt_what_was_cut_short(*, held_at_most: timedelta = HELD_AT_MOST) -> int:
    """Mark messages whose sending never ended as in doubt, and return how many there were."""
    sending = Message.objects.unfinished().filter(state=Message.State.SENDING)
    rows = sending.filter(next_try_at__lte=now() - held_at_most)
    for message in rows.select_related("conversation"):
        settling.in_doubt(message, "The desk stopped while it was sending.", now())
    return len(rows)


def _claim(at: datetime) -> Message | None:
    due = Q(next_try_at__lte=at) | Q(next_try_at__gt=at + NEVER_SO_LONG)
    queued = Message.objects.filter(due, later.may_go(at, NEVER_SO_LONG), state=Message.State.QUEUED)
    for number, waits in queued.order_by("next_try_at", "pk").values_list("pk", "not_before")[:10]:
        # Whoever changes the row has the message; the change is on disk before a byte is sent.
        if _waited(number, at) if waits else queued.filter(pk=number).update(state=SENDING, next_try_at=at):
            return Message.objects.select_related("conversation__account", "author").get(pk=number)
    return None


def _waited(number: int, at: datetime) -> bool:
    try:
        return later.begin(number, at)
    except Exception as error:
        _put_off(Message.objects.get(pk=number), f"It could not be booked: {error}", at, Message.State.QUEUED)
        raise


def _sent(message: Message, receipt: Receipt, at: datetime) -> None:
    # Whoever has a copy is not the one it answers (law 4).
    lost = [each.said for each in receipt.refused if each.address.lower() == message.to_address.lower()]
    if lost:
        settling.failed(message, lost[0], at)
    elif receipt.arrived:
        settling.accepted(message, receipt.said, at)
    else:
        settling.passed(message, receipt.said, at)


def _not_sent(message: Message, error: ChannelError, at: datetime) -> None:
    if error.in_doubt:
        settling.in_doubt(message, str(error), at)
    elif error.permanent or at - (message.not_before or message.at) > GIVE_UP_AFTER:
        message.tries += 1
        settling.failed(message, str(error), at)
    else:
        _put_off(message, str(error), at, again_in=error.again_in)


def _put_off(
    message: Message,
    said: str,
    at: datetime,
    before: str = SENDING,
    *,
    again_in: timedelta | None = None,
) -> None:
    minutes = BACK_OFF[message.tries] if message.tries < len(BACK_OFF) else 60
    # Only if nobody has settled it meanwhile: a bounce, or a person who no longer believed in it.
    Message.objects.filter(pk=message.pk, state=before).update(
        tries=message.tries + 1,
        state=Message.State.QUEUED,
        # A provider that names a pause means it: whoever comes sooner is made to wait longer.
        next_try_at=at + (again_in or timedelta(minutes=minutes)),
        server_said=plain(said, 2000),
    )
