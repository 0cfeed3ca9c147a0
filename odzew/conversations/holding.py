"""What every act in a conversation begins with: who may act, on what, and that nothing was overlooked."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Obligation, Refused
from odzew.ledger import books
from odzew.ledger.models import Owed
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.staff.models import Person

A_MINUTE = timedelta(minutes=1)  # who sends the same once more within it has pressed twice


class NewerMessage(Exception):
    """The customer wrote again while the answer was being written."""


class NotAllowed(Exception):
    """The person may read, but not act."""


def hold(conversation: Conversation, author: Person, now: datetime | None = None) -> Conversation:
    """Lock a conversation until the transaction ends, so that a reply and an arriving mail take turns.

    Of one that is merged into another, that other one is returned: there it goes on.

    :raises NotAllowed: when the author may only read
    :raises Refused: when somebody merged it, or took that back, at this moment
    """
    return hold_all([conversation], author, now)[conversation.pk]


def hold_all(
    conversations: Iterable[Conversation], author: Person, now: datetime | None = None, *, whole: bool = False
) -> dict[int, Conversation]:
    """Lock conversations, the oldest first, and return by number each, or the one it is merged into.

    The `whole` of each is held with those merged into it, by who writes in these rows too: arriving mail
    holds them in the same order, and a lock taken later might wait for it while it waits for us.

    :raises NotAllowed: when the author may only read
    :raises Refused: when somebody merged one of them, or took that back, at this moment; or erased it
    """
    if not author.may_write or not author.is_active:
        raise NotAllowed(_("You may read this conversation, not write in it."))
    if now is not None:
        Person.objects.filter(pk=author.pk).update(acted_at=now)
    asked = {talk.pk: talk.stands_for_id or talk.pk for talk in conversations}
    merged = _merged(asked.values()) if whole else set()
    held = locked({*asked, *asked.values(), *merged})
    erased = [number for number, talk in held.items() if talk.erased_at]
    # A late bounce or a shop may make us owe in it again; that has to be settled, by a waiver.
    if erased and not Owed.objects.open().filter(conversation__in=erased).exists():
        raise Refused(_("Its words were erased with its customer: nothing can be done in it any more."))
    heads = {number: held[number].stands_for_id or number for number in asked}
    wanted = {*heads.values(), *(_merged(heads.values()) if whole else ())}
    if not wanted <= set(held):
        raise Refused(_("Somebody has just merged it, or taken that back: look again."))
    return {number: held[head] for number, head in heads.items()}


def _merged(numbers: Iterable[int]) -> set[int]:
    return set(Conversation.objects.filter(stands_for__in=set(numbers)).values_list("pk", flat=True))


def locked(numbers: Collection[int]) -> dict[int, Conversation]:
    """Lock conversations until the transaction ends, the oldest first: whoever holds several does so."""
    # A question that is ready is not looked at by Django any more: a lock that ends at once holds nothing.
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Conversations are locked within a transaction.")
    return {row.pk: row for row in _LOCKED(sorted(numbers))}


_LOCKED: Ready[Conversation] = Ready(
    lambda numbers: (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("account", "team", "customer")
        .filter(pk__in=Among(numbers))
        .order_by("pk")
    )
)


def where_it_goes_on(number: int) -> Conversation:
    """Lock a conversation, and return it, or the one it is merged into."""
    while True:
        root = Conversation.objects.filter(pk=number).values_list("stands_for", flat=True).get() or number
        held = locked({number, root})
        if (held[number].stands_for_id or number) == root:  # nobody was quicker
            return held[root]


def of_message(message: Message) -> Conversation:
    """Lock the conversation a message stands in, and read again how it stands with the message."""
    # With those of what it pays: a merge that was taken back, or a split, may have parted them since.
    paid = Owed.objects.filter(pk__in=message.pays).values_list("conversation", flat=True)
    while True:
        held = locked({message.conversation_id, *(number for number in paid if number)})
        message.refresh_from_db(fields=["state", "pays", "conversation"])
        if message.conversation_id in held:
            return held[message.conversation_id]


def open_others(debts: Iterable[Obligation], *, but: int | None) -> None:
    """Open the conversations in which these debts are owed again, but for one that is held already."""
    others = {debt.conversation for debt in debts} - {but}
    closed = Conversation.objects.filter(pk__in=[n for n in others if n], status=Conversation.Status.CLOSED)
    closed.update(status=Conversation.Status.OPEN, closed_at=None, closing="")


def open_again(held: Conversation) -> None:
    """Open a held conversation that may have been closed."""
    held.status, held.closed_at, held.closing = Conversation.Status.OPEN, None, ""
    held.save(update_fields=["status", "closed_at", "closing"])


def own(conversation: Conversation, number: int) -> Obligation:
    """Return a debt of this conversation.

    :raises Refused: when it is none
    """
    for debt in books.debts([number]):
        if debt.conversation == conversation.pk:
            return debt
    raise Refused(_("Debt %(number)s is not owed in this conversation.") % {"number": number})


def heard(conversation: Conversation) -> "QuerySet[Message]":
    """Return what people have written to us: the customer, and third parties asked beside."""
    return _heard([conversation.pk, *_ASIDES(conversation.pk)])


def _heard(talks: Collection[int]) -> "QuerySet[Message]":
    people = Message.objects.filter(direction=Message.Direction.INBOUND, automatic="")
    return people.filter(conversation__in=Among(talks))


_ASIDES = Ready(lambda talk: Conversation.objects.filter(beside=talk).values_list("pk", flat=True))


def check_seen(conversation: Conversation, seen: int | None) -> None:
    """Make sure that nobody wrote after the message `seen`: not the customer, and no third party asked.

    :raises NewerMessage: when somebody did
    """
    if seen is None:
        return
    newer = _AFTER([conversation.pk, *_ASIDES(conversation.pk)], seen)
    if not newer:
        return
    if newer[0] == conversation.pk:
        raise NewerMessage(_("The customer wrote again while you were writing. Read it first."))
    raise NewerMessage(_("Whom you asked has written while you were writing. Read it first."))


# Where the first stands that was written after a message.
_AFTER = Ready(
    lambda talks, seen: (
        _heard(talks).filter(pk__gt=seen).order_by("pk").values_list("conversation", flat=True)[:1]
    )
)


def touch(conversation: Conversation, now: datetime) -> None:
    """Note that something happened in it now."""
    conversation.last_at = max(conversation.last_at, now)
    conversation.save(update_fields=["last_at"])
