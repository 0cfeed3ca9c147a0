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
from odzew.lib.among import Among
from odzew.lib.ready import Ready

OUTBOUND = Message.Direction.OUTBOUND


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


class Names:
    """What the messages of a batch name: messages of the history, and signed addresses.

    Read by columns and each conversation once: a whole message of ours would be read with its text.
    """

    def __init__(self, inbounds: Sequence[Inbound]) -> None:
        self.tokens = {id(inbound): _tokens(inbound) for inbound in inbounds}
        found = _found(inbounds)
        numbers = {number for held in self.tokens.values() for number in held}
        numbers |= {number for _id, _is_ours, number, _other in found}
        self.talks = {talk.pk: talk for talk in _TALKS(numbers)}
        self.known: dict[str, list[Known]] = defaultdict(list)
        for message_id, is_ours, number, counterpart in found:
            self.known[message_id].append(Known(self.talks[number], counterpart, is_ours=is_ours))

    def signed(self, inbound: Inbound) -> list[Conversation]:
        """Return the conversations whose signed reply address the sender really holds.

        Whoever was erased is nobody any more: what comes to the old address begins anew (odzew/privacy).
        """
        held = (self.talks.get(number) for number in self.tokens[id(inbound)])
        return [talk for talk in held if talk is not None and talk.erased_at is None]


def _found(inbounds: Iterable[Inbound]) -> list[tuple[str, bool, int, str]]:
    """Return the messages of the history that these name, by Message-ID, our own first.

    Several may bear one: a copy of ours that came back by a mailbox, or a program that counts badly.
    Each with the conversation where it belongs, whatever that is merged into, and its other end.
    """
    ids = {i for inbound in inbounds for i in (*inbound.references, inbound.message_id) if i}
    ids |= {inbound.bounce.message_id for inbound in inbounds if inbound.bounce and inbound.bounce.message_id}
    found = sorted((direction != OUTBOUND, number, *rest) for number, direction, *rest in _CALLED(ids))
    return [
        # Anybody may know the identifier of what we wrote elsewhere.
        (message_id, not came and how != ELSEWHERE, origin or talk, sender if came else to)
        for came, _number, how, message_id, origin, talk, to, sender in found
    ]


_TALKS = Ready(lambda numbers: Conversation.objects.filter(pk__in=Among(numbers)))
_COLUMNS = ("pk", "direction", "automatic", "message_id", "origin", "conversation")
_CALLED = Ready(lambda ids: Message.objects.called(ids).values_list(*_COLUMNS, "to_address", "from_address"))


def _tokens(inbound: Inbound) -> list[int]:
    return conversations_for(inbound.address, inbound.delivered_to)


def place(inbound: Inbound, names: Names) -> Place:
    """Say where a message goes."""
    known = names.known
    named = [message for i in inbound.references if i in known for message in known[i]]
    pointed = named[0].conversation if named else None
    if is_forged(inbound):
        return Place(points_at=pointed)
    for talk in names.signed(inbound):
        return Place(joins=_split_off(talk, inbound, known) or talk, by_token=True)
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
