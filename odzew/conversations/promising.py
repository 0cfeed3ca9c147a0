"""Promises that go out with a reply: debts of those who promise, in the transaction of the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Kind, Refused
from odzew.ledger import books
from odzew.staff import presence
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Promised:
    """What a reply promises: its words, when it is due, and whose promise it is."""

    text: str
    due: datetime
    owner: Person


def book(
    held: Conversation, author: Person, message: Message, promises: Sequence[Promised], now: datetime
) -> None:
    """Open a debt for each promise of a message.

    :raises Refused: when it says nothing, its date has passed, or its owner is not there
    """
    if promises:
        books.post([opened(held, author, promise, now, message=message.pk) for promise in promises])


def opened(
    held: Conversation, author: Person, promise: Promised, now: datetime, *, message: int | None = None
) -> journal.Opened:
    """Return the entry that opens a promise.

    :raises Refused: when it says nothing, its date has passed, or its owner is not there
    """
    must_be_there(promise.owner)
    if not promise.text.strip():
        raise Refused(_("Say what is promised."))
    if promise.due <= now:
        raise Refused(_("A promise needs a moment that is still to come."))
    return entry(held, author, promise, now, message=message)


def entry(
    held: Conversation, author: Person, promise: Promised, now: datetime, *, message: int | None = None
) -> journal.Opened:
    """Return the entry that opens a promise which was looked at before."""
    return journal.Opened(
        obligation=books.NEW,
        at=now,
        by=f"person:{author.pk}",
        message=message,
        what=Kind.PROMISE,
        customer=held.customer_id,
        conversation=held.pk,
        owner=promise.owner.pk,
        team=held.team_id,
        since=now,
        due=promise.due,
        text=promise.text.strip(),
    )


def must_be_there(person: Person) -> None:
    """Check that a person can answer for something.

    :raises Refused: when not
    """
    if not person.is_active or not person.may_write:
        raise Refused(_("%(name)s is not there to answer.") % {"name": person})
    if person.pk in presence.begun():
        raise Refused(_("%(name)s is away. Choose who is there.") % {"name": person})
