"""What is open at the other desk and was said last by the customer is owed here, since then."""

from collections.abc import Collection, Sequence
from datetime import datetime

from odzew.conversations import underway
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag_words import words_of
from odzew.domain import journal, opening
from odzew.domain.obligation import Kind, Obligation
from odzew.ledger import alarms, books, reasons
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster


def owe_since(talk: Conversation, messages: Sequence[Message], now: datetime) -> Obligation | None:
    """Let these messages join the debt that is open in a held conversation; else owe an answer to them.

    Whoever had it here last has it again. Return a debt that is new.
    """
    by, reason = f"customer:{talk.customer_id}", reasons.FROM_ANOTHER_DESK
    verdict = opening.judge(
        automatic="",
        received_at=messages[0].at,
        debts=books.open_debts([talk.pk]),
        under_way=underway.pays([talk.pk]),
    )
    if isinstance(verdict, opening.Join):
        books.post(
            journal.Joined(obligation=verdict.debt, at=now, by=by, reason=reason, message=message.pk)
            for message in messages
        )
        return None
    before = books.last_owners([talk.pk]).get(talk.pk)
    return owe(talk, messages, None, words_of({talk.pk: ()})[talk.pk], now, before)


def owe(
    talk: Conversation,
    messages: Sequence[Message],
    given: int | None,
    words: Collection[str],
    now: datetime,
    before: int | None = None,
) -> Obligation:
    """Open the debt of the first of these messages; those after it join it (law 3).

    It is due as if it had come to the team then. Nobody is told: what is late was late before, and the
    lead finds it among what is late (ledger.alarms.known_late).
    """
    first, by = messages[0], f"customer:{talk.customer_id}"
    seat = Roster(books.loads(), now).seat(talk.team, before, talk.language, words=words, given=given)
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
