"""Which conversation a message belongs to. Names in headers are claims; only a token gives a right.

A token is a Message-ID of ours (it holds 128 random bits) or a signed reply address, and it
counts only for the address it was given to (SAFETY P17, docs/adr/0017).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from odzew.channels.base import Inbound
from odzew.conversations.elsewhere import ELSEWHERE
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import conversations_for


@dataclass(frozen=True, slots=True)
class Known:
    """A message of the history that another one may name."""

    conversation: Conversation
    counterpart: str  # the address it came from, or went to
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: into `joins`, or a new conversation that may point at another."""

    joins: Conversation | None = None
    points_at: Conversation | None = None
    by_token: bool = False


def is_forged(inbound: Inbound) -> bool:
    """Return whether the sender's own domain disowns the mail.

    A domain whose policy is `none` asks nobody to act on a failure (RFC 7489 §6.3).
    """
    return inbound.proof.get("dmarc") == "fail" and inbound.proof.get("policy") != "none"


def known_messages(inbounds: Iterable[Inbound]) -> dict[str, list[Known]]:
    """Return the messages of the history that these name, by Message-ID, our own first.

    Several may bear one: a copy of ours that came back by a mailbox, or a program that counts badly.
    """
    ids = {i for inbound in inbounds for i in (*inbound.references, inbound.message_id) if i}
    ids |= {inbound.bounce.message_id for inbound in inbounds if inbound.bounce and inbound.bounce.message_id}
    found = Message.objects.called(ids).select_related("conversation", "origin")
    known: dict[str, list[Known]] = defaultdict(list)
    for message in sorted(found, key=lambda m: (m.direction != Message.Direction.OUTBOUND, m.pk)):
        known[message.message_id].append(_known(message))
    return known


def _known(message: Message) -> Known:
    talk = message.origin or message.conversation  # where it belongs, whatever that is merged into
    if message.direction == Message.Direction.OUTBOUND and message.automatic == ELSEWHERE:
        return Known(talk, message.to_address)  # anybody may know its identifier
    if message.direction == Message.Direction.OUTBOUND:
        return Known(talk, message.to_address, is_ours=True)
    return Known(talk, message.from_address)


def tokens(inbound: Inbound) -> list[int]:
    """Return the conversations whose signed reply address the sender really holds."""
    return conversations_for(inbound.address, inbound.delivered_to)


def place(
    inbound: Inbound, known: Mapping[str, Sequence[Known]], signed: Mapping[int, Conversation]
) -> Place:
    """Say where a message goes."""
    named = [message for i in inbound.references if i in known for message in known[i]]
    pointed = named[0].conversation if named else None
    if is_forged(inbound):
        return Place(points_at=pointed)
    for number in tokens(inbound):
        if number in signed:
            return Place(joins=_split_off(signed[number], inbound, known) or signed[number], by_token=True)
    for message in named:
        is_hers = message.counterpart and message.counterpart == inbound.address
        if is_hers and (message.is_ours or _may_be_himself(inbound)):
            return Place(joins=message.conversation, by_token=message.is_ours)
    return Place(points_at=pointed)


def _split_off(
    talk: Conversation, inbound: Inbound, known: Mapping[str, Sequence[Known]]
) -> Conversation | None:
    """Return the part to which the letter went that this answers: it was sent before the split."""
    whole = (talk.pk, talk.stands_for_id)
    for answered in inbound.references[:1]:
        for message in known.get(answered, ()):
            its_own = message.is_ours and message.counterpart == inbound.address
            if its_own and message.conversation.split_from_id in whole:
                return message.conversation
    return None


def _may_be_himself(inbound: Inbound) -> bool:
    # An identifier the customer chose is known to whoever had a copy of his letter. It leads back to
    # his matter if his domain vouches for him, or where this door can ask nobody (docs/adr/0017).
    return not inbound.proof or bool(inbound.proof.get("domain") or inbound.proof.get("provider"))
