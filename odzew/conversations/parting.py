"""Splitting messages off a conversation into one of their own, and taking it back (docs/adr/0031)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from odzew.conversations import carrying, happening, holding, whereabouts
from odzew.conversations.happening import Happening
from odzew.conversations.matters import Parting
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Refused, State
from odzew.ledger import beginnings, books
from odzew.lib.plain import one_line
from odzew.staff.models import Person


@transaction.atomic
def split(
    conversation: Conversation, chosen: Collection[int], subject: str, author: Person, now: datetime
) -> Conversation:
    """Split messages off into a conversation of their own, with the debts they began, and return it.

    An answer goes along when all it pays does. A message whose debt is open and does not go, or goes
    without it, is owed an answer of its own, as old as it is (laws 1 and 3).

    :raises Refused: when none is the customer's, none stays, or an answer to debts of both is on its way
    :raises NotAllowed: when the author may only read
    """
    held = holding.hold(conversation, author, now)
    messages, debts = _leaving(held, chosen)
    whereabouts.check_under_way([held.pk], messages, debts)
    part = _begun(held, messages, subject)
    origins = list(Message.objects.filter(pk__in=messages).order_by("pk").values_list("pk", "origin"))
    Message.objects.filter(pk__in=messages).update(conversation=part, origin=None)
    whereabouts.move(debts, part.pk, author, now)
    opened = whereabouts.owe_apart([held.pk, part.pk], author, now)
    for talk in (held, part):
        whereabouts.settle_status(talk, was_open=False)
        talk.save(update_fields=["status", "closed_at", "closing"])
    Parting.objects.create(source=held, part=part, at=now, by=author, messages=origins, opened=opened)
    happening.note(held, author, Happening.What.SPLIT, str(part.pk), now)
    happening.note(part, author, Happening.What.SPLIT_OFF, str(held.pk), now)
    return part


@transaction.atomic
def undo(parting: Parting, author: Person, now: datetime) -> Conversation:
    """Take a split back: all of the part, and what came to it since, is in the conversation it was split off.

    The part stays as a row that leads there. What only the split had opened is waived, with the reason.

    :raises Refused: when the part was merged, or somebody does something with the same at this moment
    :raises NotAllowed: when the author may only read
    """
    told = Parting.objects.select_related("part", "source").get(pk=parting.pk)
    held = holding.hold_all([told.part, told.source], author, now, whole=True)
    row = Parting.objects.select_for_update().get(pk=told.pk)
    target, part = held[row.source_id], held[row.part_id]
    if row.undone_at is not None:
        return target
    if part.pk != row.part_id:
        raise Refused(_("It was merged with another conversation: take that back first."))
    if part.team_id != target.team_id:
        raise Refused(_("They belong to two teams, and each would see what only the other may."))
    _bring_back(row, part, target, author, now)
    row.undone_at, row.undone_by = now, author
    row.save(update_fields=["undone_at", "undone_by"])
    happening.note(target, author, Happening.What.REJOINED, str(part.pk), now)
    happening.note(part, author, Happening.What.REJOINED, str(target.pk), now)
    return target


def standing(conversation: int) -> dict[int, Parting]:
    """Return the splits of a conversation that can be taken back, from either side, by the other's number."""
    off = Parting.objects.filter(part=conversation, undone_at=None)
    rows = Parting.objects.filter(source__in=whereabouts.below(conversation), undone_at=None)
    return {row.part_id: row for row in rows} | {row.source_id: row for row in off}


def _leaving(held: Conversation, chosen: Collection[int]) -> tuple[set[int], set[int]]:
    here = {message.pk: message for message in held.messages.order_by("pk")}
    messages = {number for number in chosen if number in here}
    if not _of_people(here[number] for number in messages):
        raise Refused(_("Choose at least one message of the customer."))
    if not _of_people(message for number, message in here.items() if number not in messages):
        raise Refused(_("At least one message of the customer has to stay."))
    known = beginnings.of_conversations([held.pk])
    debts = beginnings.with_their_parts(known, {one.debt for one in known if one.message in messages})
    messages |= {number for number, message in here.items() if message.pays and set(message.pays) <= debts}
    return messages, debts


def _of_people(messages: Iterable[Message]) -> list[Message]:
    return [one for one in messages if one.direction == Message.Direction.INBOUND and not one.automatic]


def _begun(held: Conversation, messages: Collection[int], subject: str) -> Conversation:
    rows = Message.objects.filter(pk__in=messages)
    said = rows.filter(direction=Message.Direction.INBOUND, automatic="").select_related("origin")
    first = said.order_by("at", "pk")[0]
    came = first.origin or held  # whose address, mailbox and language it is written in
    when = rows.aggregate(first=Min("at"), last=Max("at"))
    part = Conversation(
        customer=came.customer,
        account=came.account,
        team=held.team,
        subject=one_line(subject)[:2000] or first.subject or held.subject,
        language=came.language,
        address=came.address,
        split_from=held,
        link_generation=held.link_generation,  # raised above it, links of before the split end here too
        created_at=when["first"],
        last_at=when["last"],
        status=held.status,
        closed_at=held.closed_at,
        closing=held.closing,
    )
    part.save()
    return part


def _bring_back(
    row: Parting, part: Conversation, target: Conversation, author: Person, now: datetime
) -> None:
    debts = [debt.id for debt in books.debts_of(part.pk)]
    for number, origin in row.messages:
        _return(number, origin or row.source_id, part, target)
    whereabouts.bring(part.pk, target.pk)
    carrying.carry(part.pk, target.pk)
    whereabouts.move(debts, target.pk, author, now)
    _waive_what_it_opened(row, author, now)
    Conversation.objects.filter(stands_for=part).update(stands_for=target)
    Conversation.objects.filter(pk=part.pk).update(stands_for=target)
    target.last_at = max(target.last_at, part.last_at)
    whereabouts.settle_status(target, was_open=part.status == Conversation.Status.OPEN)
    target.save(update_fields=["status", "closed_at", "closing", "last_at"])


def _return(number: int, home: int, part: Conversation, target: Conversation) -> None:
    """Let a message belong again where it did before the split."""
    there = Conversation.objects.filter(pk=home, stands_for=target).exists()
    rows = Message.objects.filter(pk=number, conversation=part)
    rows.update(conversation=target, origin=home if there else None)


def _waive_what_it_opened(row: Parting, author: Person, now: datetime) -> None:
    booked = beginnings.booked([row.source.stands_for_id or row.source_id])
    for debt in books.debts(row.opened):
        whole = [number for debts in booked.values() if debt.id in debts for number in debts - {debt.id}]
        left = [one for one in books.debts(whole) if one.state is State.OPEN]
        if debt.state is State.OPEN and left:
            reason = _("The split was taken back: it is part of debt %(number)s again.") % {
                "number": left[0].id
            }
            by = f"person:{author.pk}"
            books.post([journal.Waived(obligation=debt.id, at=now, by=by, reason=reason)])
