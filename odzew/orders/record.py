"""What a shop tells, in the books: paid things are owed, proof of arrival pays, failure owes again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.customers.known import customer_of
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused, State
from odzew.lib.plain import plain
from odzew.orders import money, owing
from odzew.orders.events import Arrived, Failed, OfOrders, Placed, Thing
from odzew.orders.models import Item, Order, Shop


class Unknown(Refused):
    """The shop speaks of an order, or a line of one, that it has not told us of; it may do so later."""

    def __init__(self, words: str, order: str) -> None:
        """Keep apart which order it is about."""
        super().__init__(words)
        self.order = order


@transaction.atomic
def record(shop: Shop, event: OfOrders, now: datetime) -> Order:
    """Keep what a shop tells, and do to the books what follows from it. Told twice, it is done once.

    :raises Unknown: when something arrived of an order nobody has told us of
    :raises Refused: when a law of the books stands against it
    """
    money.hold(shop)  # before its orders, as who keeps a payment does
    if isinstance(event, Placed):
        return _placed(shop, event, now)
    order = Order.objects.select_for_update().filter(shop=shop, key=event.key).first()
    if order is None:
        words = _("No order %(key)s is known here; tell of the order first.")
        raise Unknown(words % {"key": event.key}, event.key)
    items = _told(shop, order, event)
    if isinstance(event, Arrived):
        owing.arrived(shop, items, now)
    else:
        paid = [debt for debt in owing.debts_of(items) if debt.state is State.PAID]
        owing.owe_again(shop, order, paid, event.reason, now)
    return order


def _placed(shop: Shop, event: Placed, now: datetime) -> Order:
    order = _held(shop, event, now)
    if event.at < order.told_at:
        return order  # older news that came late
    was_cancelled = order.cancelled_at is not None
    for field in ("number", "placed_at", "cancelled_at", "amount", "currency"):
        setattr(order, field, getattr(event, field))
    paid = money.joined(order)  # it may have been told before its order
    order.told_at, order.paid_at = event.at, order.paid_at or event.paid_at or paid
    order.parcels = {name: list(lines) for name, lines in event.parcels.items()}
    _keep_lines(order, event.things)
    if order.cancelled_at:
        owing.let_off(shop, order, now)
    elif order.paid_at:
        owing.owe(shop, order, now)
        if was_cancelled:
            let_off = [debt for debt in owing.debts_of(order.items.all()) if debt.state is State.WAIVED]
            owing.owe_again(shop, order, let_off, "not cancelled any more", now)
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


def _told(shop: Shop, order: Order, event: Arrived | Failed) -> list[Item]:
    """Keep whether things arrived, and return them; of what came late, that stands which was said last."""
    proof = _proof(shop, event)
    items = [one for one in _lines(order, event) if one.told_at is None or one.told_at <= event.at]
    for item in items:
        item.told_at, item.proof = event.at, proof
    Item.objects.bulk_update(items, ["told_at", "proof"])
    return items


def _proof(shop: Shop, event: Arrived | Failed) -> str:
    if isinstance(event, Failed):
        return ""
    if not event.proof.strip():
        raise Refused(_("Say by what it is known that it arrived: nothing else pays a delivery."))
    return plain(f"{shop}: {event.proof}", 500)


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
    return Unknown(_("Order %(key)s has no line %(line)s.") % told, order.key)
