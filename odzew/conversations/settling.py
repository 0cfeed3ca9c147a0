"""What becomes of an outbound message, and of the debts it was meant to pay."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import aside, holding, returned, underway
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Refused, State
from odzew.ledger import attendance, books
from odzew.lib.plain import plain
from odzew.staff.models import Person


@transaction.atomic
def accepted(message: Message, said: str, now: datetime) -> None:
    """Mark a message as accepted by the receiver's server, and pay what it answers (law 4).

    Whoever settles second changes nothing: a bounce may be quicker than the server's own word, and
    what the customer wrote after a failure is not paid by a letter older than it.
    """
    hold(message)
    if message.state not in underway.UNSETTLED:
        return
    _settle(message, Message.State.SENT, said, now)
    if message.author_id is None:
        return
    paid = [debt for debt in books.debts(message.pays) if debt.state is State.OPEN]
    by = f"person:{message.author_id}"
    books.post(journal.Paid(obligation=debt.id, at=now, by=by, message=message.pk) for debt in paid)


@transaction.atomic
def passed(message: Message, said: str, now: datetime) -> None:
    """Mark a message as taken by a provider that tells later whether it arrived; that pays nothing yet."""
    hold(message)
    if message.state in (Message.State.SENDING, Message.State.IN_DOUBT):
        _settle(message, Message.State.PASSED, said, now)


@transaction.atomic
def failed(message: Message, said: str, now: datetime) -> None:
    """Mark a message as refused for good; what it was meant to pay stays owed, with its old moment."""
    held = hold(message)
    if message.state in underway.UNSETTLED:
        _settle(message, Message.State.FAILED, said, now)
        _tell(message, said, now)
        returned.not_arrived(message, now)
        _open_again(held)


@transaction.atomic
def bounced(message: Message, said: str, now: datetime) -> None:
    """Mark a message as returned, and reopen what it had paid."""
    held = hold(message)
    if message.state == Message.State.BOUNCED:
        return
    _settle(message, Message.State.BOUNCED, said, now)
    why = plain(said, 500)
    again = books.post(
        journal.Reopened(obligation=debt.id, at=now, by="desk", reason=why, message=message.pk)
        for debt in books.settled_by([message.pk])
    )
    attendance.to_somebody_there(again, now)
    _tell(message, said, now)
    returned.not_arrived(message, now)
    _open_again(held)
    holding.open_others(again, but=held.pk)


@transaction.atomic
def in_doubt(message: Message, said: str, now: datetime) -> None:
    """Mark a message of which nobody knows whether it went; it is never sent again by itself."""
    hold(message)
    if message.state == Message.State.SENDING:
        _settle(message, Message.State.IN_DOUBT, said, now)
        returned.in_doubt(message, now)


@transaction.atomic
def found_sent(message: Message, person: Person, now: datetime) -> None:
    """Settle a message in doubt: a person saw in the server's log that it went out.

    :raises Refused: when it is not in doubt
    """
    _must_be_in_doubt(message, person)
    accepted(message, _("%(name)s found that it went out.") % {"name": person}, now)


@transaction.atomic
def send_again(message: Message, person: Person, now: datetime) -> None:
    """Queue a message in doubt once more, by a person's word that it did not go out.

    :raises Refused: when it is not in doubt
    """
    _must_be_in_doubt(message, person)
    message.state, message.next_try_at = Message.State.QUEUED, now
    message.server_said = _("%(name)s found that it did not go out.") % {"name": person}
    message.save(update_fields=["state", "next_try_at", "server_said"])
    returned.no_doubt(message, now)


def hold(message: Message) -> Conversation:
    """Lock the conversation a message stands in until the transaction ends, and read again how both stand."""
    # An arriving mail and the payment of what it could join take turns, and so do two who settle.
    if message.purpose == Message.Purpose.ASIDE:
        aside.hold(message.conversation)
    return holding.of_message(message)


def _must_be_in_doubt(message: Message, person: Person) -> None:
    if not person.may_write:
        raise Refused(_("You may read this conversation, not write in it."))
    hold(message)
    if message.state != Message.State.IN_DOUBT:
        raise Refused(_("This message is not in doubt any more."))


def _tell(message: Message, said: str, now: datetime) -> None:
    # Whoever asked a third party must not wait for the reply to a letter that never arrived.
    if message.purpose == Message.Purpose.ASIDE:
        aside.news(message, said, now, now, "desk")


def _settle(message: Message, state: Message.State, said: str, now: datetime) -> None:
    if message.state == Message.State.IN_DOUBT:
        returned.no_doubt(message, now)
    message.state = state
    message.server_said = plain(said, 2000)
    message.settled_at = now
    message.next_try_at = None
    message.save(update_fields=["state", "server_said", "settled_at", "next_try_at", "tries"])


def _open_again(conversation: Conversation) -> None:
    if conversation.status == Conversation.Status.CLOSED:
        conversation.status = Conversation.Status.OPEN
        conversation.closed_at, conversation.closing = None, ""
        conversation.save(update_fields=["status", "closed_at", "closing"])
