"""What a shop tells, in the books: paid things are owed, proof of arrival pays, failure owes again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import holding
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.customers.known import customer_of
from odzew.customers.models import Customer
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, Refused, State
from odzew.ledger import attendance, books
from odzew.lib.plain import plain
from odzew.orders.events import Arrived, Event, Failed, Placed, Thing
from odzew.orders.models import Item, Order, Shop
from odzew.staff.assignment import Roster
from odzew.staff.due import later
from odzew.staff.models import Team


class Unknown(Refused):
    """The shop speaks of an order it has not told us of, named in `about`; it may tell again later."""

    def __init__(self, words: str, about: str) -> None:
        """Keep apart what it is about, which is the same in each language."""
        super().__init__(words)
        self.about = about


@transaction.atomic
def record(shop: Shop, event: Event, now: datetime) -> Order:
    """Keep what a shop tells, and do to the books what follows from it. Told twice, it is done once.

    :raises Unknown: when something arrived of an order nobody has told us of
    :raises Refused: when a law of the books stands against it
    """
    if isinstance(event, Placed):
        return _placed(shop, event, now)
    order = Order.objects.select_for_update().filter(shop=shop, key=event.key).first()
    if order is None:
        words = _("No order %(key)s is known here; tell of the order first.")
        raise Unknown(words % {"key": event.key}, event.key)
    # Of what was told late, an item keeps what was said of it last.
    items = [one for one in _lines(order, event) if one.told_at is None or one.told_at <= event.at]
    Item.objects.filter(pk__in=[one.pk for one in items]).update(told_at=event.at)
    if isinstance(event, Arrived):
        _arrived(shop, items, event, now)
    else:
        paid = [debt for debt in _debts(items) if debt.state is State.PAID]
        _owe_again(shop, order, paid, event.reason, now)
    return order


def _placed(shop: Shop, event: Placed, now: datetime) -> Order:
    order = _held(shop, event, now)
    if event.at < order.told_at:
        return order  # older news that came late
    was_cancelled = order.cancelled_at is not None
    for field in ("number", "placed_at", "cancelled_at", "amount", "currency"):
        setattr(order, field, getattr(event, field))
    order.told_at, order.paid_at = event.at, order.paid_at or event.paid_at
    order.parcels = {name: list(lines) for name, lines in event.parcels.items()}
    _keep_lines(order, event.things)
    if order.cancelled_at:
        _let_off(shop, order, now)
    elif order.paid_at:
        _owe(shop, order, now)
        if was_cancelled:
            let_off = [debt for debt in _debts(order.items.all()) if debt.state is State.WAIVED]
            _owe_again(shop, order, let_off, "not cancelled any more", now)
    order.save()
    return order


def _held(shop: Shop, event: Placed, now: datetime) -> Order:
    """Return the row of an order, which belongs to this transaction until it ends."""
    fresh = Order(
        shop=shop, key=event.key, number=event.number, customer=_customer(shop, event, now),
        placed_at=event.placed_at, told_at=event.at,
    )  # fmt: skip
    # Of two who tell of it at once the second waits here until the first has ended.
    Order.objects.bulk_create([fresh], ignore_conflicts=True)
    rows = Order.objects.select_for_update(of=("self",)).select_related("customer", "conversation")
    return rows.get(shop=shop, key=event.key)


def _customer(shop: Shop, event: Placed, now: datetime) -> Customer:
    name, language = plain(event.name, 300), event.language
    if address := plain(event.email.strip().lower(), 320):
        return customer_of(address, now, name=name, language=language)
    # Who bought without an address is somebody of whom we know this order.
    this = plain(f"order-{shop.pk}-{event.key}", 320)
    return customer_of(this, now, kind="none", name=name, language=language)


def _keep_lines(order: Order, things: Sequence[Thing]) -> None:
    fresh = [Item(order=order, line=one.line, title=one.title, count=one.count) for one in things]
    Item.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["order", "line"], update_fields=["title", "count"]
    )


def _owe(shop: Shop, order: Order, now: datetime) -> None:
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
            obligation=-number, at=now, by=_by(shop), what=Kind.DELIVERY, customer=talk.customer_id,
            conversation=talk.pk, owner=seat.owner, instead_of=seat.instead_of, team=talk.team_id,
            since=since, due=due, text=str(item),
        )
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    for item, debt in zip(items, books.post(opened), strict=True):
        item.obligation = debt.id
        item.save(update_fields=["obligation"])
    holding.open_again(talk)


def _talk(shop: Shop, order: Order, now: datetime) -> Conversation:
    if order.conversation_id is not None:
        return holding.where_it_goes_on(order.conversation_id)
    in_charge = Team.objects.filter(in_charge_of__account=shop.account)
    team = in_charge.first() or Team.objects.get(is_last_resort=True)
    language = order.customer.language or team.language
    with translation.override(language):
        subject = _("Order %(number)s") % {"number": order.number}
    address = order.customer.identities.filter(kind="email", forged=False).order_by("pk").first()
    return Conversation.objects.create(
        customer=order.customer, account=shop.account, team=team, subject=subject, language=language,
        address=address.value if address else "", created_at=now, last_at=now,
    )  # fmt: skip


def _owe_again(shop: Shop, order: Order, debts: Iterable[Obligation], reason: str, now: datetime) -> None:
    """Owe once more what was settled and did not hold, with its old moment, in a conversation that is open.

    It rests on whoever of those who owed it is there now (law 7).
    """
    if order.conversation_id:
        holding.where_it_goes_on(order.conversation_id)  # whoever writes there comes before the books
    said, by = plain(f"{shop}: {reason}", 500), _by(shop)
    lines = [journal.Reopened(obligation=debt.id, at=now, by=by, reason=said) for debt in debts]
    again = books.post(lines)
    attendance.to_somebody_there(again, now)
    holding.open_others(again, but=None)


def _let_off(shop: Shop, order: Order, now: datetime) -> None:
    reason = f"{shop}: cancelled {order.cancelled_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        journal.Waived(obligation=debt.id, at=now, by=_by(shop), reason=reason)
        for debt in _debts(order.items.all())
        if debt.state is State.OPEN
    ]
    books.post(lines)


def _arrived(shop: Shop, items: Sequence[Item], event: Arrived, now: datetime) -> None:
    if not event.proof.strip():
        raise Refused(_("Say by what it is known that it arrived: nothing else pays a delivery."))
    reason = plain(f"{shop}: {event.proof}", 500)
    debts = [debt for debt in _debts(items) if debt.state is State.OPEN]
    books.post([journal.Paid(obligation=debt.id, at=now, by=_by(shop), reason=reason) for debt in debts])


def _lines(order: Order, event: Arrived | Failed) -> list[Item]:
    items = list(order.items.order_by("pk"))
    lines = _in_parcel(order, event.parcel, items) if event.parcel else event.lines
    if missing := set(lines) - {item.line for item in items}:
        raise _no_line(order, ", ".join(sorted(missing)))
    return [item for item in items if not lines or item.line in lines]


def _in_parcel(order: Order, parcel: str, items: Sequence[Item]) -> Sequence[str]:
    if len(items) == 1:
        return ()
    if not (lines := order.parcels.get(parcel)):  # which of them arrived nobody can say yet
        raise _no_line(order, parcel)
    return list(lines)


def _no_line(order: Order, line: str) -> Unknown:
    told = {"key": order.key, "line": line}
    return Unknown(_("Order %(key)s has no line %(line)s.") % told, f"{order.key}, {line}")


def _debts(items: Iterable[Item]) -> list[Obligation]:
    return books.debts([item.obligation for item in items if item.obligation is not None])


def _by(shop: Shop) -> str:
    return f"shop:{shop.pk}"
