"""A bounce undoes the answer it reports about (law 4, SAFETY P7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from odzew.channels.base import Bounce, Inbound
from odzew.conversations import settling
from odzew.conversations.models import Message
from odzew.intake.arrival import Arrival
from odzew.intake.joining import Known, Place

PAYING = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL)
LOOK_BACK = timedelta(days=5)  # RFC 5321 §4.5.4.1: a sender gives up after four to five days
# A report may be quicker than our own note that the message was taken.
ON_THE_WAY = (Message.State.SENDING, Message.State.IN_DOUBT, Message.State.SENT)


def place(inbound: Inbound, known: Mapping[str, Sequence[Known]]) -> Place | None:
    """Return the conversation of the message that bounced, if the report names it."""
    if inbound.bounce is None:
        return None
    for named in _named(inbound, inbound.bounce):
        for message in known.get(named, ()):
            if message.is_ours:
                return Place(joins=message.conversation, by_token=False)
    return None


def undo_answers(arrivals: Sequence[Arrival], now: datetime) -> None:
    """Reopen the debts whose answer did not arrive, with their old moment."""
    for arrival in arrivals:
        if arrival.inbound.bounce is not None:
            for message, said in _returned(arrival, arrival.inbound.bounce):
                settling.bounced(message, said, now)


def _returned(arrival: Arrival, bounce: Bounce) -> list[tuple[Message, str]]:
    """Return our messages that will not arrive, each with what was said of it."""
    lost = [each for each in bounce.recipients if each.permanent]
    message = _reported(arrival.inbound, bounce)
    if message is None:
        since = arrival.raw.received_at - LOOK_BACK
        return [(lately, each.said) for each in lost for lately in _answered(each.address, since)]
    if not bounce.recipients:
        return [(message, "")]
    return [(message, each.said) for each in lost if not _is_copy(message, each.address)][:1]


def _named(inbound: Inbound, bounce: Bounce) -> list[str]:
    # The newest of the references is what a report answers to (RFC 5322 §3.6.4).
    return [i for i in (bounce.message_id, *reversed(inbound.references)) if i]


def _reported(inbound: Inbound, bounce: Bounce) -> Message | None:
    ids = _named(inbound, bounce)
    ours = Message.objects.filter(direction=Message.Direction.OUTBOUND, message_id__in=ids)
    return min(ours, key=lambda message: ids.index(message.message_id), default=None)


def _answered(address: str, since: datetime) -> list[Message]:
    # Some reports name nobody but the recipient, or our mail as a relay renamed it.
    # Reopening too much is safe, too little is not.
    to_him = Message.objects.filter(direction=Message.Direction.OUTBOUND, to_address__iexact=address)
    lately = to_him.filter(state__in=ON_THE_WAY, at__gte=since).order_by("-at", "-pk")
    return list(lately.filter(purpose__in=PAYING)) or list(lately[:1])


def _is_copy(message: Message, address: str) -> bool:
    # The customer has the answer although a copy of it did not arrive.
    copies: list[list[str]] = message.recipients.get("cc", [])
    other = address.lower()
    return other != message.to_address.lower() and other in {pair[1].lower() for pair in copies}
