"""What the customer says of an answer, on his own page: it answered, not yet, or he needs none any more."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from odzew.conversations import holding, underway
from odzew.conversations.models import Conversation, Message, Verdict
from odzew.domain import closing, journal
from odzew.domain.obligation import Kind, Obligation, State
from odzew.ledger import attendance, books

# Kept as they stand, and translated for whoever reads them.
NOT_YET = gettext_noop("The customer said that it is not answered yet.")
WITHDRAWN = gettext_noop("The customer needs no answer any more; he said so on his page.")
ASKED = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL)


def asks(message: Message) -> bool:
    """Return whether a message asks the customer if it answered: not one that only tells him some news."""
    wanted = message.conversation.account.settings.get("asks", True)
    if not wanted or message.purpose not in ASKED:
        return False
    return any(debt.kind is not Kind.NOTICE for debt in books.debts(message.pays))


@transaction.atomic
def answered(message: Message, now: datetime) -> None:
    """Note that the answer answered; a matter in which nothing is owed closes, confirmed."""
    held = _hold(message)
    Verdict.objects.create(message=message, answered=True, at=now)
    if not closing.still_owed(books.debts_of(held.pk)) and not underway.pays([held.pk]):
        close(held, Conversation.Closing.CONFIRMED, now)
    _touch(held, now)


@transaction.atomic
def not_yet(message: Message, now: datetime) -> None:
    """Note that it did not answer: what it paid is owed again, with its old moment (law 4)."""
    held = _hold(message)
    Verdict.objects.create(message=message, answered=False, at=now)
    for debt in message.pays:
        # What is on its way was written before the customer said so; it cannot pay for that.
        underway.withdraw(held.pk, debt)
    by = f"customer:{held.customer_id}"
    settled = [debt for debt in books.debts(message.pays) if debt.state is not State.OPEN]
    again = books.post(
        journal.Reopened(obligation=debt.id, at=now, by=by, reason=NOT_YET, message=message.pk)
        for debt in settled
    )
    attendance.to_somebody_there(again, now)
    holding.open_others(again, but=held.pk)
    held.status, held.closed_at, held.closing = Conversation.Status.OPEN, None, ""
    _touch(held, now)


@transaction.atomic
def withdraw(conversation: Conversation, debts: Collection[int], now: datetime) -> list[Obligation]:
    """Waive, by the customer's own word, those of the debts that are answers; what we promised stays."""
    held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    asked = [d for d in books.open_debts([held.pk]) if d.kind is Kind.ANSWER and d.id in debts]
    _touch(held, now)
    return books.post(
        journal.Waived(obligation=debt.id, at=now, by=f"customer:{debt.customer}", reason=WITHDRAWN)
        for debt in asked
    )


def newest(messages: Iterable[int]) -> dict[int, bool]:
    """Return the newest verdict on each of these messages that has one."""
    rows = Verdict.objects.filter(message__in=list(messages)).order_by("pk")
    return dict(rows.values_list("message_id", "answered"))


def close(held: Conversation, how: Conversation.Closing, now: datetime) -> None:
    """Close a conversation that is held and in which nothing is owed."""
    held.status, held.closed_at, held.closing = Conversation.Status.CLOSED, now, how
    held.save(update_fields=["status", "closed_at", "closing"])


def _hold(message: Message) -> Conversation:
    return holding.of_message(message)


def _touch(held: Conversation, now: datetime) -> None:
    held.last_at = max(held.last_at, now)
    held.save(update_fields=["last_at", "status", "closed_at", "closing"])
