"""A message that was wrongly taken for a machine's, owed an answer after all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _, gettext_noop

from odzew.conversations import aside, holding
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag_words import words_of
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, Refused
from odzew.ledger import books
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster
from odzew.staff.models import Person

TAKEN_FOR_A_MACHINES = gettext_noop("It was first taken for a machine's:")


@transaction.atomic
def owe(message: Message, author: Person, reason: str, now: datetime) -> Obligation:
    """Open the debt of an answer to a message taken for a machine's: a person wrote it after all.

    The debt is as old as the message (law 3); who found out, and how, stands in the journal.

    :raises Refused: without a reason, or when the message is not a machine's, or not any more
    :raises NotAllowed: when the person may only read
    """
    held = holding.hold(message.conversation, author, now)
    message.refresh_from_db(fields=["automatic", "notes"])
    if message.direction != Message.Direction.INBOUND or not message.automatic:
        raise Refused(_("A person wrote this message; what it is owed stands in the books."))
    if not reason.strip():
        raise Refused(_("Say how you can tell that a person wrote it."))
    message.notes = [*message.notes, f"{TAKEN_FOR_A_MACHINES}\n{message.automatic}"]
    message.automatic = ""
    message.save(update_fields=["automatic", "notes"])
    if held.beside_id is not None:
        aside.hold(held)
        return aside.news(message, message.own_words, message.at, now, f"person:{author.pk}", reason.strip())
    holding.open_again(held)
    return books.post([_owed_since(message, held, author, reason, now)])[0]


def _owed_since(
    message: Message, held: Conversation, author: Person, reason: str, now: datetime
) -> journal.Opened:
    since = min(message.at, now)
    before = books.last_owners([held.pk]).get(held.pk)
    words = words_of({held.pk: ()})[held.pk]
    seat = Roster(books.loads(), now).seat(held.team, before, held.language, words=words)
    return journal.Opened(
        obligation=books.NEW,
        at=now,
        by=f"person:{author.pk}",
        reason=reason.strip(),
        message=message.pk,
        what=Kind.ANSWER,
        customer=held.customer_id,
        conversation=held.pk,
        owner=seat.owner,
        instead_of=seat.instead_of,
        team=held.team_id,
        since=since,
        due=Times().due(held.team, since, held.account.channel),
    )
