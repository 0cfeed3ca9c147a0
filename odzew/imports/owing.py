"""What is open at the other desk and was said last by the customer is owed here, since then."""

from collections.abc import Collection, Sequence
from datetime import datetime

from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation
from odzew.ledger import alarms, books, reasons
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster


def owe(
    talk: Conversation, messages: Sequence[Message], given: int | None, words: Collection[str], now: datetime
) -> Obligation:
    """Open the debt of the first of these messages; those after it join it (law 3).

    It is due as if it had come to the team then. Nobody is told: what is late was late before, and the
    lead finds it among what is late (ledger.alarms.known_late).
    """
    first, by = messages[0], f"customer:{talk.customer_id}"
    seat = Roster(books.loads(), now).seat(talk.team, None, talk.language, words=words, given=given)
    opened = journal.Opened(
        obligation=-1, at=now, by=by, reason=reasons.FROM_ANOTHER_DESK, message=first.pk, what=Kind.ANSWER,
        customer=talk.customer_id, conversation=talk.pk, owner=seat.owner, instead_of=seat.instead_of,
        team=talk.team_id, since=first.at, due=Times().due(talk.team, first.at, talk.account.channel),
    )  # fmt: skip
    joined = [
        journal.Joined(obligation=-1, at=now, by=by, reason=reasons.FROM_ANOTHER_DESK, message=message.pk)
        for message in messages[1:]
    ]
    debt = books.post([opened, *joined])[-1]
    return alarms.known_late(debt, now, reasons.FROM_ANOTHER_DESK)
