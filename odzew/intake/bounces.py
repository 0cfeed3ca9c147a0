"""A bounce undoes the answer it reports about (law 4, SAFETY P7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from odzew.channels.base import Bounced, Inbound
from odzew.conversations import settling
from odzew.conversations.models import Message
from odzew.intake.arrival import Arrival
from odzew.intake.joining import Known, Place

LOOK_BACK = timedelta(days=5)  # RFC 5321 §4.5.4.1: a sender gives up after four to five days


def place(inbound: Inbound, known: Mapping[str, Known]) -> Place | None:
    """Return the conversation of the message that bounced, if the report names it."""
    if inbound.bounce is None:
        return None
    for named in (inbound.bounce.message_id, *inbound.references):
        message = known.get(named)
        if message is not None and message.is_ours:
            return Place(joins=message.conversation, by_token=False)
    return None


def undo_answers(arrivals: Sequence[Arrival], now: datetime) -> None:
    """Reopen the debts whose answer did not arrive, with their old moment."""
    for arrival in arrivals:
        bounce = arrival.inbound.bounce
        if bounce is None:
            continue
        for bounced in bounce.recipients:
            message = _reported(bounced, bounce.message_id, arrival) if bounced.permanent else None
            if message is not None:
                settling.bounced(message, bounced.said, now)


def _reported(bounced: Bounced, message_id: str, arrival: Arrival) -> Message | None:
    sent = Message.objects.filter(direction=Message.Direction.OUTBOUND, state=Message.State.SENT)
    ids = [i for i in (message_id, *arrival.inbound.references) if i]
    named = sent.filter(message_id__in=ids).first()
    if named is not None:
        return None if _is_copy(named, bounced.address) else named
    if ids:
        return None
    # Some reports name nobody but the recipient. Reopening too much is safe, too little is not.
    since = arrival.raw.received_at - LOOK_BACK
    return sent.filter(to_address=bounced.address, at__gte=since).order_by("-at").first()


def _is_copy(message: Message, address: str) -> bool:
    # The customer has the answer although a copy of it did not arrive.
    copies: list[list[str]] = message.recipients.get("cc", [])
    return address != message.to_address and address in {pair[1].lower() for pair in copies}
