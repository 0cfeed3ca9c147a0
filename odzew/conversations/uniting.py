"""Merging conversations of one customer into one, and taking it back (docs/adr/0031).

The one that is left holds all that was said and is owed; the others stay as rows that point at it, so
that old links, reply addresses and habits still lead to it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from odzew.conversations import carrying, happening, holding, whereabouts
from odzew.conversations.happening import Happening
from odzew.conversations.matters import Union
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused
from odzew.ledger import beginnings, books
from odzew.staff.models import Person

STOOD = ("status", "closed_at", "closing", "last_at")


@transaction.atomic
def unite(kept: Conversation, others: Sequence[Conversation], author: Person, now: datetime) -> Conversation:
    """Merge conversations into one, and return it. What is merged into it already is left as it is.

    Debts keep their owners, their first and their due moments; the journal says where they went.

    :raises Refused: when they are of two customers or two teams, or one is with a third party
    :raises NotAllowed: when the author may only read
    """
    held = holding.hold_all([kept, *others], author, now, whole=True)
    root = held[kept.pk]
    left = sorted({held[talk.pk].pk for talk in others} - {root.pk})
    if not left and root.pk == kept.pk and not any(talk.stands_for_id for talk in others):
        raise Refused(_("Choose another conversation to merge with this one."))
    talks = {talk.pk: talk for talk in held.values()}
    _must_be_one(root, [talks[number] for number in left])
    for number in left:
        _merge(root, talks[number], author, now)
    return root


@transaction.atomic
def undo(union: Union, author: Person, now: datetime) -> Union:
    """Take a merge back: the other conversation has again all that was its own, and what belongs to it since.

    :raises Refused: when somebody merged or took apart the same at this moment, or an answer to debts of
        both is on its way
    :raises NotAllowed: when the author may only read
    """
    other = Conversation.objects.get(pk=union.other_id)
    held = holding.hold_all([other], author, now, whole=True)
    row = Union.objects.select_for_update().get(pk=union.pk)
    if row.undone_at is not None:
        return row
    root = held[other.pk]
    other = holding.locked([other.pk])[other.pk]
    _part(root, other, row, author, now)
    row.undone_at, row.undone_by = now, author
    row.save(update_fields=["undone_at", "undone_by"])
    happening.note(root, author, Happening.What.UNMERGED, str(other.pk), now)
    happening.note(other, author, Happening.What.UNMERGED, str(root.pk), now)
    return row


def standing(conversation: int) -> dict[int, Union]:
    """Return the merges into a conversation that can be taken back, by the number of the other one."""
    here = whereabouts.below(conversation)
    return {row.other_id: row for row in Union.objects.filter(kept__in=here, undone_at=None)}


def _must_be_one(root: Conversation, others: Iterable[Conversation]) -> None:
    for other in others:
        if root.beside_id or other.beside_id:
            raise Refused(_("What a third party was asked stays apart from the customer's conversations."))
        if root.team_id != other.team_id:
            raise Refused(_("They belong to two teams, and each would see what only the other may."))
        if root.customer_id != other.customer_id and not _are_joined(root.customer_id, other.customer_id):
            raise Refused(_("They are of two customers. If these are one, join the customers first."))


def _are_joined(*customers: int) -> bool:
    # Held, so that nobody splits them meanwhile; not against those who only name them in a new row.
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=customers).order_by("pk")
    return len({customer.stands_for_id or customer.pk for customer in rows}) == 1


def _merge(root: Conversation, other: Conversation, author: Person, now: datetime) -> None:
    debts = [debt.id for debt in books.debts_of(other.pk)]
    brought: dict[str, Any] = {"debts": debts, "stood": _stood(root)}
    brought["newest"] = Message.objects.aggregate(newest=Max("pk"))["newest"] or 0
    whereabouts.bring(other.pk, root.pk)
    brought |= carrying.carry(other.pk, root.pk)
    whereabouts.move(debts, root.pk, author, now)
    below = Conversation.objects.filter(Q(pk=other.pk) | Q(stands_for=other))
    below.update(stands_for=root)
    Union.objects.create(kept=root, other=other, at=now, by=author, brought=brought)
    root.last_at = max(root.last_at, other.last_at)
    whereabouts.settle_status(root, was_open=other.status == Conversation.Status.OPEN)
    root.save(update_fields=STOOD)
    happening.note(root, author, Happening.What.MERGED, str(other.pk), now)
    happening.note(other, author, Happening.What.MERGED_IN, str(root.pk), now)


def _stood(root: Conversation) -> dict[str, Any]:
    told = {name: getattr(root, name) for name in STOOD}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def _part(root: Conversation, other: Conversation, row: Union, author: Person, now: datetime) -> None:
    below = whereabouts.below(other.pk)
    messages, debts = _going(root, below, row)
    whereabouts.check_under_way([root.pk], messages, debts)
    Conversation.objects.filter(pk__in=below, stands_for=root).exclude(pk=other.pk).update(stands_for=other)
    whereabouts.give(messages, other.pk)
    asides = _brought(root, below, "asides")
    carrying.give_back({**row.brought, "asides": asides}, root.pk, other.pk)
    whereabouts.move(debts, other.pk, author, now)
    whereabouts.owe_apart([root.pk, other.pk], author, now)
    other.stands_for = None
    _stand_as_before(root, other, row)


def _going(root: Conversation, below: Collection[int], row: Union) -> tuple[set[int], set[int]]:
    """Return the messages and the debts that go with the other conversation.

    What came since goes with what it answers: a reply to one of its letters, and an answer of which
    every debt goes.
    """
    messages = set(root.messages.filter(origin__in=below).values_list("pk", flat=True))
    known = beginnings.of_conversations([root.pk])
    debts = _begun_by(known, messages, _brought(root, below, "debts"))
    ids = set(
        root.messages.filter(pk__in=messages).exclude(message_id="").values_list("message_id", flat=True)
    )
    since = root.messages.filter(origin=None, pk__gt=row.brought["newest"]).order_by("pk")
    for message in since:
        answers = message.direction == Message.Direction.INBOUND and message.references[:1]
        if (answers and answers[0] in ids) or (message.pays and set(message.pays) <= debts):
            messages.add(message.pk)
            ids.add(message.message_id)
            debts = _begun_by(known, [message.pk], debts)
    return messages, debts


def _brought(root: Conversation, below: Collection[int], what: str) -> list[int]:
    """Return what was brought by the conversations below; what was brought several times, by the last."""
    rows = sorted(standing(root.pk).values(), key=lambda row: row.pk)
    last = {number: row.other_id for row in rows for number in row.brought[what]}
    return [number for number, other in last.items() if other in below]


def _begun_by(
    known: Collection[beginnings.Beginning], messages: Collection[int], debts: Collection[int]
) -> set[int]:
    fresh = {one.debt for one in known if one.message in messages}
    return beginnings.with_their_parts(known, {*debts, *fresh})


def _stand_as_before(root: Conversation, other: Conversation, row: Union) -> None:
    """Let both be open or closed as they were, unless something is owed, or was said, since."""
    stood = row.brought["stood"]
    newest = {talk.pk: talk.messages.aggregate(newest=Max("at"))["newest"] for talk in (root, other)}
    other.last_at = max(other.last_at, newest[other.pk] or other.last_at)
    root.last_at = max(datetime.fromisoformat(stood["last_at"]), newest[root.pk] or root.created_at)
    if root.status == Conversation.Status.CLOSED and other.status == Conversation.Status.OPEN:
        other.status, other.closed_at, other.closing = root.status, root.closed_at, root.closing
    said = root.messages.filter(pk__gt=row.brought["newest"]).exists()
    if stood["status"] == Conversation.Status.CLOSED and not said and not books.open_debts([root.pk]):
        root.status, root.closing = Conversation.Status.CLOSED, stood["closing"]
        root.closed_at = datetime.fromisoformat(stood["closed_at"])
    for talk in (root, other):
        whereabouts.settle_status(talk, was_open=False)
    root.save(update_fields=STOOD)
    other.save(update_fields=[*STOOD, "stands_for"])
