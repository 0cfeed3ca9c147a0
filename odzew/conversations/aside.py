"""What a side conversation with a third party does to the customer's matter (docs/adr/0021).

Nothing said in it pays or moves what the customer is owed. What the third party says, or that our
question did not arrive, is news of her matter: somebody present owes her a notice.
"""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from odzew.conversations import moving, underway
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag_words import words_of
from odzew.domain import journal, opening
from odzew.domain.obligation import Kind, Obligation
from odzew.ledger import books
from odzew.lib.plain import one_line
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster

BEGINNING = 160  # characters of the news that stand in the list of what is owed


def hold(conversation: Conversation) -> Conversation:
    """Hold a side conversation and the customer's it stands beside, and return the latter.

    Whoever holds several conversations holds the older one first.
    """
    both = Conversation.objects.select_for_update(of=("self",)).select_related("team").order_by("pk")
    main: int = conversation.beside_id or conversation.pk
    held = both.filter(Q(pk=main) | Q(pk=conversation.pk))
    return next(row for row in held if row.pk == main)


def news(
    message: Message, said: str, since: datetime, now: datetime, by: str, reason: str = ""
) -> Obligation:
    """Owe the customer a notice of what a message of a side conversation brought, or let it join one.

    The transaction of the caller holds both conversations (`hold`).
    """
    beside = message.conversation
    main = Conversation.objects.select_related("team").get(asides=beside)
    main.last_at = max(main.last_at, now)
    main.status, main.closed_at, main.closing = Conversation.Status.OPEN, None, ""
    main.save(update_fields=["last_at", "status", "closed_at", "closing"])
    dates = moving.notices(main.pk)  # who tells a new date has not told what a third party says
    since = min(since, now)  # a clock that was ahead must not make it due in years
    verdict = opening.judge(
        automatic="",
        received_at=since,
        debts=[debt for debt in books.open_debts([main.pk]) if debt.id not in dates],
        under_way=underway.pays([main.pk]),
        kind=Kind.NOTICE,
    )
    if isinstance(verdict, opening.Join):
        joined = journal.Joined(obligation=verdict.debt, at=now, by=by, message=message.pk, reason=reason)
        return books.post([joined])[0]
    who = one_line(beside.customer.name or beside.address)
    opened = _opened(main, message, f"{who}: {one_line(said)[:BEGINNING]}", since, now)
    return books.post([replace(opened, by=by, reason=reason)])[0]


def _opened(
    main: Conversation, message: Message, text: str, since: datetime, now: datetime
) -> journal.Opened:
    before = books.last_owners([main.pk]).get(main.pk)
    words = words_of({main.pk: ()})[main.pk]
    seat = Roster(books.loads(), now).seat(main.team, before, main.language, words=words)
    return journal.Opened(
        obligation=books.NEW,
        at=now,
        by="desk",
        message=message.pk,
        what=Kind.NOTICE,
        customer=main.customer_id,
        conversation=main.pk,
        owner=seat.owner,
        instead_of=seat.instead_of,
        team=main.team_id,
        since=since,
        due=Times().due(main.team, since, message.conversation.account.channel, Kind.NOTICE),
        text=text,
    )
