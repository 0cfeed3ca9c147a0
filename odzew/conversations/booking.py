"""What a reply brings into the books besides the payment: promises, and questions it leaves open.

A reply that goes at once is booked as it is kept. One that waits keeps this on its row, and is booked in
the transaction that claims it for sending: what can still be taken back was never said (docs/adr/0024).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from odzew.conversations import holding, promising
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Kind, Refused
from odzew.ledger import books
from odzew.staff.assignment import Roster
from odzew.staff.models import Person


def book(
    held: Conversation,
    author: Person,
    message: Message,
    still_open: Sequence[str],
    promises: Sequence[promising.Promised],
    now: datetime,
) -> None:
    """Book what a message brings along, now."""
    _split(held, message, still_open, now)
    promising.book(held, author, message, promises, now)


def kept(
    held: Conversation,
    author: Person,
    still_open: Sequence[str],
    promises: Sequence[promising.Promised],
    now: datetime,
    goes_at: datetime,
) -> dict[str, Any]:
    """Return what a message that waits is booked from when it goes.

    :raises Refused: when a promise would be refused now, or falls due before its words go out
    """
    for promise in promises:
        promising.opened(held, author, promise, now)
        if promise.due <= goes_at:
            raise Refused(
                _("“%(text)s” falls due before the reply goes out. Send it sooner, or promise a later hour.")
                % {"text": promise.text}
            )
    told = [{"text": p.text, "due": p.due.isoformat(), "owner": p.owner.pk} for p in promises]
    return {"still_open": list(still_open), "promises": told}


def book_kept(held: Conversation, author: Person, message: Message, now: datetime) -> None:
    """Book what was kept on a message that waited, as it goes; nothing of it can be refused any more."""
    later = message.later or {}
    _split(held, message, later.get("still_open", ()), now)
    promises = [_promised(told, held, now) for told in later.get("promises", ())]
    books.post(promising.entry(held, author, promise, now, message=message.pk) for promise in promises)
    if promises:
        holding.open_again(held)


def _promised(told: dict[str, Any], held: Conversation, now: datetime) -> promising.Promised:
    owner = Person.objects.get(pk=told["owner"])
    if not owner.is_active or not owner.may_write:
        # He has left since; somebody of the team answers for what was promised (law 7).
        owner = Person.objects.get(pk=Roster(books.loads(), now).assign(held.team, owner.pk))
    return promising.Promised(told["text"], datetime.fromisoformat(told["due"]), owner)


def _split(held: Conversation, message: Message, questions: Sequence[str], now: datetime) -> None:
    paid = [debt for debt in books.debts_of(held.pk) if debt.id in message.pays] if questions else []
    if not paid:
        return
    # A question is part of what was asked; a promise kept in the same reply may be due much later.
    asked = [debt for debt in paid if debt.kind is Kind.ANSWER] or paid
    parent = min(asked, key=lambda debt: (debt.opened_at, debt.id))
    books.post(
        journal.Opened(
            obligation=books.NEW,
            at=now,
            by=f"person:{message.author_id}",
            message=message.pk,
            what=Kind.ANSWER,
            customer=parent.customer,
            conversation=parent.conversation,
            owner=parent.owner,
            team=parent.team,
            since=parent.opened_at,
            due=parent.due_at,
            text=question.strip(),
            parent=parent.id,
            instead_of=parent.instead_of,
        )
        for question in questions
        if question.strip()
    )
