"""Where messages and debts stand: what merging, splitting and taking either back have in common.

A message stands in the conversation that is left of those it belongs to; `Message.origin` says where it
belongs by itself. Where a debt stands, the journal says (docs/adr/0031).
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from odzew.conversations import underway
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal, opening
from odzew.domain.obligation import Kind, Obligation, Refused, State
from odzew.ledger import beginnings, books
from odzew.staff.answer_time import Times
from odzew.staff.models import Person

UNSETTLED = (*underway.UNSETTLED, Message.State.HELD)


def below(number: int) -> set[int]:
    """Return a conversation with all that were merged into it, and into those, and still are."""
    found, more = {number}, {number}
    while more:
        merged = Union.objects.filter(kept__in=more, undone_at=None).values_list("other", flat=True)
        back = Parting.objects.filter(source__in=more, undone_at__isnull=False).values_list("part", flat=True)
        more = {*merged, *back} - found
        found |= more
    return found


def stood(message: Message) -> set[int]:
    """Return the conversations a message has stood in or belonged to since it went out, by merges and splits.

    Only those it was in itself: that two were one for a while says nothing of what was never in both.
    """
    found: set[int] = set()
    more = {message.conversation_id, message.origin_id or message.conversation_id}
    while more:
        found |= more
        more = (_before_a_split(message, more) | _before_a_parting_of_ways(message, more)) - found
    return found


def first_home(message: Message) -> Conversation:
    """Return the conversation a message came to before any merge or split."""
    home = message.origin or message.conversation
    while home.split_from_id is not None:
        row = Parting.objects.filter(part=home).first()
        if row is None or message.pk not in dict(row.messages):
            return home
        home = Conversation.objects.get(pk=dict(row.messages)[message.pk] or row.source_id)
    return home


def _before_a_split(message: Message, talks: Collection[int]) -> set[int]:
    rows = Parting.objects.filter(part__in=talks)
    known = [(row.source_id, dict(row.messages)) for row in rows]
    came = [{source, of[message.pk] or source} for source, of in known if message.pk in of]
    return set().union(*came)


def _before_a_parting_of_ways(message: Message, talks: Collection[int]) -> set[int]:
    """Return what conversations were merged into when the message went out, if that was taken back."""
    went = message.settled_at or message.at
    rows = Union.objects.filter(other__in=talks, at__lte=went, undone_at__gte=message.at)
    return set(rows.values_list("kept", flat=True))


def bring(source: int, target: int) -> None:
    """Let all messages of a conversation stand in another; each remembers where it belongs."""
    rows = Message.objects.filter(conversation=source)
    rows.update(origin=Coalesce(F("origin"), F("conversation")), conversation=target)


def give(messages: Collection[int], target: int) -> None:
    """Let messages stand in a conversation; those that belong to it remember nothing any more."""
    rows = Message.objects.filter(pk__in=messages)
    rows.update(conversation=target)
    rows.filter(origin=target).update(origin=None)


def move(debts: Iterable[int], target: int, author: Person, now: datetime) -> None:
    """Write into the journal that debts are owed in another conversation."""
    by = f"person:{author.pk}"
    known = [debt for debt in books.debts(debts) if debt.conversation != target]
    books.post(journal.Moved(obligation=debt.id, at=now, by=by, conversation=target) for debt in known)


def check_under_way(numbers: Iterable[int], leaving: Collection[int], debts: Collection[int]) -> None:
    """Make sure that no answer on its way would be parted from a debt it pays.

    :raises Refused: when there is one
    """
    waiting = Message.objects.filter(conversation__in=list(numbers), state__in=UNSETTLED)
    for message in waiting.only("pays"):
        goes = message.pk in leaving
        if any((debt in debts) is not goes for debt in message.pays):
            raise Refused(_("An answer that is still on its way answers both: wait until it has gone."))


def owe_apart(numbers: Collection[int], author: Person, now: datetime) -> list[int]:
    """Owe an answer of their own to messages whose debt is open, but stands in another conversation now.

    The debt is as old as the message (law 3), and rests on whoever owed it before. Returns the debts
    that began.
    """
    booked = beginnings.booked(numbers)
    debts = {debt.id: debt for number in numbers for debt in books.debts_of(number)}
    began = []
    for message in _of_people(booked, numbers):
        known = [debts[number] for number in booked[message.pk]]
        left = [debt for debt in known if debt.state is State.OPEN and debt.kind is Kind.ANSWER]
        if left and all(debt.conversation != message.conversation_id for debt in known):
            debt = _owed_for(message, left[0], author, now)
            if debt.id not in debts:
                began.append(debt.id)
            debts[debt.id] = debt
    return began


def settle_status(held: Conversation, *, was_open: bool) -> None:
    """Open a held conversation in which something is owed, or that is said to be open (law 8)."""
    if held.status == Conversation.Status.CLOSED and (was_open or books.open_debts([held.pk])):
        held.status, held.closed_at, held.closing = Conversation.Status.OPEN, None, ""


def _of_people(messages: Iterable[int], numbers: Collection[int]) -> list[Message]:
    rows = Message.objects.filter(pk__in=list(messages), conversation__in=numbers, automatic="")
    inbound = rows.filter(direction=Message.Direction.INBOUND)
    return list(inbound.select_related("conversation__team", "conversation__account").order_by("at", "pk"))


def _owed_for(message: Message, left: Obligation, author: Person, now: datetime) -> Obligation:
    talk = message.conversation
    since = min(message.at, now)
    verdict = opening.judge(
        automatic="",
        received_at=since,
        debts=books.open_debts([talk.pk]),
        under_way=underway.pays([talk.pk]),
    )
    by = f"person:{author.pk}"
    if isinstance(verdict, opening.Join):
        joined = journal.Joined(obligation=verdict.debt, at=now, by=by, message=message.pk)
        return books.post([joined])[0]
    opened = journal.Opened(
        obligation=books.NEW,
        at=now,
        by=by,
        message=message.pk,
        what=Kind.ANSWER,
        customer=left.customer,
        conversation=talk.pk,
        owner=left.owner,
        instead_of=left.instead_of,
        team=left.team,
        since=since,
        due=Times().due(talk.team, since, talk.account.channel),
    )
    return books.post([opened])[0]
