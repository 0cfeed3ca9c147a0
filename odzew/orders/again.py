"""Sending once more what a thing went with: the words and files that were kept, as she is reached now."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import following, holding, outbound, picturing, underway, window
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.domain import journal
from odzew.domain.obligation import Kind, Refused, State
from odzew.ledger import attendance, books
from odzew.lib import marked
from odzew.orders.models import Item
from odzew.orders.shown import Bought
from odzew.orders.ways import Reached, Way
from odzew.staff.models import Person

LOOKED_AT = 500  # messages in which a thing may have gone


def offered(bought: Sequence[Bought], customers: Collection[int], reach: Reached) -> list[Bought]:
    """Return orders with the message each thing went with last, and the ways it can go again."""
    went = carried([line.debt.id for one in bought for line in one.lines if line.debt], customers)
    return [_offered(one, went, reach) for one in bought]


def _offered(one: Bought, went: dict[int, Message], reach: Reached) -> Bought:
    lines = tuple(replace(line, went=went.get(line.debt.id) if line.debt else None) for line in one.lines)
    ways = tuple(reach.ways(one.order)) if any(line.went for line in lines) else ()
    return replace(one, lines=lines, ways=ways)


def carried(debts: Collection[int], customers: Collection[int]) -> dict[int, Message]:
    """Return the newest message to these customers that was to bring each of these deliveries, if one was."""
    if not debts:
        return {}
    purposes = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL)
    ours = Message.objects.filter(direction=Message.Direction.OUTBOUND, purpose__in=purposes).exclude(pays=[])
    found: dict[int, Message] = {}
    for message in ours.filter(conversation__customer__in=customers).order_by("-pk")[:LOOKED_AT]:
        found.update({debt: message for debt in message.pays if debt in debts and debt not in found})
    return found


@transaction.atomic
def send(item: Item, way: Way, author: Person, now: datetime, *, seen: int) -> Message | None:
    """Queue once more what a thing of an order went with, and return the message.

    `seen` is the message it went with last, as the author saw it: whoever presses twice, or just after a
    colleague, sends nothing, and gets None. Only its acceptance there pays the debt. What was paid is
    owed again first, with its old moment: she would not ask for what has arrived.

    :raises Refused: when nothing of it is kept, it has not ended yet, it is owed no more, or the messenger
        takes no free words now
    :raises NotAllowed: when the author may only read
    """
    owed, order = [number for number in (item.obligation,) if number], item.order
    customers = kin.numbers(order.customer)
    homes = Conversation.objects.filter(pk__in=[debt.conversation for debt in books.debts(owed)])
    held = holding.hold_all([way.conversation, *homes], author, now)
    last = carried(owed, customers).get(item.obligation or 0)
    if last is None:
        raise Refused(
            _("Nothing of it is kept here. Write a reply, attach what was bought, and tick what is owed.")
        )
    if last.pk != seen:
        return None
    if last.state in underway.NOT_OVER:
        raise Refused(_("It is on its way, or waits to go: sent again now, it would arrive twice."))
    message = _once_more(last, way, author, now)
    message.pays = _owed(item, last, author, now)
    window.check(message.conversation, None, now)
    message.save()
    files = _files(last)
    outbound.enclose(message, files)
    if message.has_html:
        picturing.place(message)
    talk = held[way.conversation.pk]
    following.tell(talk, now, by=author.pk, message=message.pk)
    holding.touch(talk, now)
    return message


def _once_more(last: Message, way: Way, author: Person, now: datetime) -> Message:
    talk = Conversation.objects.select_related("account", "stands_for", "team").get(pk=way.conversation.pk)
    is_html = last.has_html and not way.chat
    text = last.text if is_html or not last.has_html else marked.to_plain(last.text)
    message = outbound.draft(talk, Message.Purpose.ANSWER, text, now, author=author)
    message.has_html, message.to_address = is_html, way.address.lower()
    message.recipients = {"to": [["", way.address]]}
    return message


def _owed(item: Item, last: Message, author: Person, now: datetime) -> list[int]:
    """Return the deliveries it pays: this one, and what else of the same message is still owed."""
    debts = [debt for debt in books.debts(last.pays) if debt.kind is Kind.DELIVERY]
    this = next(debt for debt in debts if debt.id == item.obligation)
    if this.state is State.WAIVED:
        raise Refused(_("It is owed no more: its order was cancelled, or somebody waived it."))
    if this.state is State.PAID:
        by, reason = f"person:{author.pk}", _("It was asked for once more, because it had not arrived.")
        again = books.post([journal.Reopened(obligation=this.id, at=now, by=by, reason=reason)])
        attendance.to_somebody_there(again, now)
        holding.open_others(again, but=None)
    return [this.id, *(debt.id for debt in debts if debt.state is State.OPEN and debt.id != this.id)]


def _files(last: Message) -> list[outbound.Upload]:
    rows = last.attachments.select_related("blob").order_by("index")
    return [
        outbound.Upload(filename=row.filename, content_type=row.content_type, content=bytes(row.blob.content))
        for row in rows
        if row.blob is not None
    ]
