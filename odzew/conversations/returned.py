"""Who is told that a message of ours did not arrive, or that nobody knows whether it did."""

from datetime import datetime

from odzew.conversations.models import Message
from odzew.domain.obligation import State
from odzew.ledger import books
from odzew.notices import telling
from odzew.notices.models import Kind


def not_arrived(message: Message, now: datetime) -> None:
    """Tell whoever wrote it, and whoever owes what it was to pay."""
    owed = [debt for debt in books.debts(message.pays) if debt.state is State.OPEN]
    owners = {debt.owner: debt.id for debt in owed}
    people: dict[int, int | None] = {message.author_id: None} if message.author_id else {}
    people |= owners
    for person, debt in people.items():
        telling.tell(person, Kind.FAILED, _place(message), now, message=message.pk, obligation=debt)


def in_doubt(message: Message, now: datetime) -> None:
    """Tell whoever wrote it: a person settles it."""
    if message.author_id is not None:
        telling.tell(message.author_id, Kind.DOUBT, _place(message), now, message=message.pk)


def no_doubt(message: Message, now: datetime) -> None:
    """Take back that it was in doubt."""
    telling.take_back(Kind.DOUBT, now, message=message.pk)


def _place(message: Message) -> int:
    number: int = message.conversation.beside_id or message.conversation_id
    return number
