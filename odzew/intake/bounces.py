"""A bounce undoes the answer it reports about (law 4, SAFETY P7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from odzew.channels.base import Bounce, Inbound
from odzew.conversations import settling
from odzew.conversations.models import Conversation, Message
from odzew.intake.arrival import Arrival
from odzew.intake.joining import Known, Place

Return = tuple[Message, str]
PAYING = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL)
MOST_NAMED = 20  # no letter of ours has more receivers; a longer list is somebody's, to fish for addresses
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


def returned(arrivals: Sequence[Arrival]) -> list[Return]:
    """Return our messages that did not arrive, each with what was said of it."""
    reports = [(arrival, arrival.inbound.bounce) for arrival in arrivals]
    return [back for arrival, bounce in reports if bounce for back in _returned(arrival, bounce)]


def conversations_of(back: Iterable[Return]) -> set[int]:
    """Return the conversations that reports are about, and those these stand beside."""
    numbers = {message.conversation_id for message, _said in back}
    if not numbers:
        return set()
    beside = Conversation.objects.filter(pk__in=numbers, beside__isnull=False)
    return numbers | {main for main in beside.values_list("beside", flat=True) if main is not None}


def undo_answers(back: Iterable[Return], now: datetime) -> None:
    """Reopen the debts whose answer did not arrive, with their old moment."""
    for message, said in back:
        settling.bounced(message, said, now)


def _returned(arrival: Arrival, bounce: Bounce) -> list[Return]:
    lost = [each for each in bounce.recipients if each.permanent]
    message = _reported(arrival.inbound, bounce)
    if message is None:
        since = arrival.raw.received_at - LOOK_BACK
        said = {each.address.lower(): each.said for each in lost}
        return [(lately, said[lately.to_address]) for lately in _answered(said, since)]
    if not bounce.recipients:
        return [(message, "")]
    return [(message, each.said) for each in lost if not _is_copy(message, each.address)][:1]


def _named(inbound: Inbound, bounce: Bounce) -> list[str]:
    # The newest of the references is what a report answers to (RFC 5322 §3.6.4).
    return [i for i in (bounce.message_id, *reversed(inbound.references)) if i]


def _reported(inbound: Inbound, bounce: Bounce) -> Message | None:
    ids = _named(inbound, bounce)
    ours = Message.objects.called(ids).filter(direction=Message.Direction.OUTBOUND)
    return min(ours, key=lambda message: ids.index(message.message_id), default=None)


def _answered(addresses: Collection[str], since: datetime) -> list[Message]:
    # Some reports name nobody but the recipient, or our mail as a relay renamed it.
    # Reopening too much is safe, too little is not; each answer comes back once, forged or not.
    if not 0 < len(addresses) <= MOST_NAMED:
        return []
    to_them = Message.objects.filter(direction=Message.Direction.OUTBOUND, to_address__in=list(addresses))
    lately = list(to_them.filter(state__in=ON_THE_WAY, at__gte=since).order_by("-at", "-pk"))
    newest = {message.to_address: message for message in reversed(lately)}
    paying = [message for message in lately if message.purpose in PAYING]
    answered = {message.to_address for message in paying}
    return [*paying, *(message for to, message in newest.items() if to not in answered)]


def _is_copy(message: Message, address: str) -> bool:
    # The customer has the answer although a copy of it did not arrive.
    copies: list[list[str]] = message.recipients.get("cc", [])
    other = address.lower()
    return other != message.to_address.lower() and other in {pair[1].lower() for pair in copies}
