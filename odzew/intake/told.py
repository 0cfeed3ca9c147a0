"""What a provider tells of our messages: that they arrived, were read, or did not arrive (docs/adr/0038).

It is no message of anybody. Told twice or in any order it comes to the same.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from odzew.channels.base import Inbound, Told
from odzew.channels.models import Handed
from odzew.conversations import settling
from odzew.conversations.models import Message
from odzew.intake.models import Raw

log = logging.getLogger(__name__)
Batch = Sequence[tuple[Raw, Inbound]]
ARRIVED = ("delivered", "read", "played")
GONE = (Message.State.FAILED, Message.State.BOUNCED)


def set_aside(batch: Batch, now: datetime) -> list[tuple[Raw, Inbound]]:
    """Return what somebody said; what is told of our messages is settled, each in a transaction of its own.

    :raises django.db.Error: when the database does not take it; then all of it waits
    """
    for raw, said in batch:
        if said.told is not None:
            _take(raw, said.told, now)
    return [(raw, said) for raw, said in batch if said.told is None]


@transaction.atomic
def _take(raw: Raw, told: Told, now: datetime) -> None:
    rows = Raw.objects.filter(pk=raw.pk, state=Raw.State.KEPT)
    # It is done with here, and names the number it went to: nothing of it is kept but its keys.
    if not rows.update(state=Raw.State.TOLD, next_try_at=None, content=b"", envelope={}, size=0):
        return  # another worker was first
    part, of, key = _named(told.key)
    message = _ours(key) if key else None
    if message is None or not _went_by(raw.account_id, message):
        log.warning("%s tells of a message that is not ours: %s", raw.account.address, told.given)
        return
    settling.hold(message)  # of parts that arrive at once, the second sees the first
    if told.what == "failed":
        if message.state not in GONE:
            settling.bounced(message, told.said, now)
        return
    _note(raw, key, part, told, min(told.at or now, now))
    parts = Handed.objects.filter(key=key)
    if told.what not in ARRIVED:
        if parts.count() >= of:  # else the sender has still to say what becomes of the others
            settling.passed(message, told.given, now)
    elif parts.filter(delivered_at__isnull=False).count() >= of:
        settling.accepted(message, told.given, now)


def _note(raw: Raw, key: str, part: int, told: Told, at: datetime) -> None:
    """Write down what is told of a part; it may be told before we have noted that it was taken."""
    known = {"account_id": raw.account_id, "given": told.given[:200]}
    row, _made = Handed.objects.get_or_create(key=key, part=part, defaults=known)
    if told.what in ARRIVED:
        row.delivered_at = row.delivered_at or at
    if told.what in ("read", "played"):
        row.read_at = row.read_at or at
    row.save(update_fields=["delivered_at", "read_at"])


def _ours(key: str) -> Message | None:
    rows = Message.objects.called([key]).filter(direction=Message.Direction.OUTBOUND)
    return rows.select_related("conversation", "origin").first()


def _went_by(account: int, message: Message) -> bool:
    """Return whether a message went by an account: another's provider has nothing to tell of it."""
    took = Handed.objects.filter(key=message.message_id).values_list("account", flat=True).first()
    return account == (took or (message.origin or message.conversation).account_id)


def _named(key: str) -> tuple[int, int, str]:
    part, _slash, rest = key.partition("/")
    of, _slash, name = rest.partition("/")
    if not (part.isdecimal() and of.isdecimal()):
        return 0, 1, ""
    return int(part), int(of), name
