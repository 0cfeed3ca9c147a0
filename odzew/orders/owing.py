"""What of an order is owed, owed again and owed no more, by the word of its shop."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import holding
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, State
from odzew.ledger import attendance, books
from odzew.lib.plain import one_line, plain
from odzew.orders.models import Item, Order, Shop
from odzew.staff.assignment import Roster
from odzew.staff.due import later
from odzew.staff.models import Team


def owe(shop: Shop, order: Order, now: datetime) -> None:
    """Owe each thing of an order that is paid for, and was never owed yet; the caller holds its row.

    What is known to have arrived before it was paid for, as the shop may tell it, is paid at once.
    """
    items = [item for item in order.items.order_by("pk") if item.obligation is None]
    if not items:
        return
    talk = _talk(shop, order, now)
    order.conversation = order.conversation or talk
    words = words_of({talk.pk: ()})[talk.pk]
    seat = Roster(books.loads(), now).seat(talk.team, None, talk.language, words=words)
    since = min(order.paid_at or now, now)
    due = later(talk.team, since, timedelta(minutes=shop.deliver_minutes))
    opened = [
        journal.Opened(
            obligation=-number, at=now, by=by(shop), what=Kind.DELIVERY, customer=talk.customer_id,
            conversation=talk.pk, owner=seat.owner, instead_of=seat.instead_of, team=talk.team_id,
            since=since, due=due, text=str(item),
        )
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    for item, debt in zip(items, books.post(opened), strict=True):
        item.obligation = debt.id
        item.save(update_fields=["obligation"])
    arrived(shop, items, now)
    holding.open_again(talk)


def arrived(shop: Shop, items: Iterable[Item], now: datetime) -> None:
    """Owe no more those of some things that are known to have arrived, by the proof of it."""
    proofs = {item.obligation: item.proof for item in items if item.proof and item.obligation}
    books.post(
        journal.Paid(obligation=debt.id, at=now, by=by(shop), reason=proofs[debt.id])
        for debt in books.debts(proofs)
        if debt.state is State.OPEN
    )


def _talk(shop: Shop, order: Order, now: datetime) -> Conversation:
    if order.conversation_id is not None:
        return holding.where_it_goes_on(order.conversation_id)
    in_charge = Team.objects.filter(in_charge_of__account=shop.account)
    team = in_charge.first() or Team.objects.get(is_last_resort=True)
    language = order.customer.language or team.language
    with translation.override(language):
        subject = _("Order %(number)s") % {"number": one_line(order.number)}
    address = order.customer.identities.filter(kind="email", forged=False).order_by("pk").first()
    return Conversation.objects.create(
        customer=order.customer, account=shop.account, team=team, subject=subject, language=language,
        address=address.value if address else "", created_at=now, last_at=now,
    )  # fmt: skip


def owe_again(shop: Shop, order: Order, debts: Iterable[Obligation], reason: str, now: datetime) -> None:
    """Owe once more what was settled and did not hold, with its old moment, in a conversation that is open.

    It rests on whoever of those who owed it is there now (law 7).
    """
    if order.conversation_id:
        holding.where_it_goes_on(order.conversation_id)  # whoever writes there comes before the books
    said, ours = plain(f"{shop}: {reason}", 500), by(shop)
    lines = [journal.Reopened(obligation=debt.id, at=now, by=ours, reason=said) for debt in debts]
    again = books.post(lines)
    attendance.to_somebody_there(again, now)
    holding.open_others(again, but=None)


def let_off(shop: Shop, order: Order, now: datetime) -> None:
    """Owe no more what is open of an order that was cancelled."""
    reason = f"{shop}: cancelled {order.cancelled_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        journal.Waived(obligation=debt.id, at=now, by=by(shop), reason=reason)
        for debt in debts_of(order.items.all())
        if debt.state is State.OPEN
    ]
    books.post(lines)


def debts_of(items: Iterable[Item]) -> list[Obligation]:
    """Return the debts of things, of those that were ever owed."""
    return books.debts([item.obligation for item in items if item.obligation is not None])


def by(shop: Shop) -> str:
    """Return how the books name a shop."""
    return f"shop:{shop.pk}"
