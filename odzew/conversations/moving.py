"""A new date for a promise, and the notice of it that the customer is owed (docs/adr/0040)."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from odzew.conversations import underway
from odzew.conversations.models import Conversation
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, Refused
from odzew.ledger import beginnings, books
from odzew.staff.answer_time import Times
from odzew.staff.models import Person


def move(
    held: Conversation,
    author: Person,
    promise: Obligation,
    due: datetime,
    reason: str,
    now: datetime,
    *,
    wished: bool,
) -> int | None:
    """Give a promise of a held conversation a new date, and return the notice of it that is owed.

    Who moves it owes the notice, once however often it is moved; None when the customer `wished` it so.

    :raises Refused: when it is no open promise, or the date has passed
    """
    if due <= now:
        raise Refused(_("A promise needs a moment that is still to come."))
    by, words = f"person:{author.pk}", [_("The customer asked for the other date.")] if wished else []
    why = " ".join([*words, reason.strip()]).strip()
    books.post([journal.Postponed(obligation=promise.id, at=now, by=by, reason=why, due=due)])
    untold = notices(held.pk, [promise.id])
    for notice in untold:
        # What is on its way was written with a date that holds no more; it cannot pay for this one.
        underway.withdraw(held.pk, notice)
    if wished or untold:
        return next(iter(untold), None)
    return books.post([_opened(held, author, promise, now)])[0].id


def notices(conversation: int, promises: Collection[int] | None = None) -> list[int]:
    """Return the open notices of new dates in a conversation: all, or those of some promises."""
    owed = {debt.id for debt in books.open_debts([conversation]) if debt.kind is Kind.NOTICE}
    if not owed:
        return []
    known = beginnings.of_conversations([conversation])
    of = {one.debt: one.about for one in known if one.debt in owed and one.about is not None}
    return [notice for notice, promise in of.items() if promises is None or promise in promises]


def _opened(held: Conversation, author: Person, promise: Obligation, now: datetime) -> journal.Opened:
    by_now = Times().due(held.team, now, held.account.channel, Kind.NOTICE)
    return journal.Opened(
        obligation=books.NEW,
        at=now,
        by=f"person:{author.pk}",
        what=Kind.NOTICE,
        customer=held.customer_id,
        conversation=held.pk,
        owner=author.pk,
        team=held.team_id,
        since=now,
        # Told after the old date has come, the customer has waited for nothing.
        due=min(by_now, promise.due_at) if promise.due_at > now else by_now,
        text=_("Tell the new date: %(promise)s") % {"promise": promise.text},
        about=promise.id,
    )
