"""What customers of the demo firm bought: one order that has arrived, one half, one not paid for."""

from datetime import datetime, timedelta
from decimal import Decimal

from odzew.channels.models import Account
from odzew.lib import standard_webhooks
from odzew.orders import door
from odzew.orders.events import Arrived, Placed, Thing
from odzew.orders.models import Shop
from odzew.orders.record import record

DAY = timedelta(days=1)


def play(account: Account, at: datetime) -> None:
    """Connect the shop of the firm, and let it tell of orders."""
    shop = Shop.objects.create(
        name="Sklep internetowy", slug="sklep", kind=Shop.Kind.GENERIC, account=account,
        secret=door.sealed(standard_webhooks.new_secret()), created_at=at,
    )  # fmt: skip
    kite, line = Thing("1", "Latawiec „Bzyk”"), Thing("2", "Linka 30 m na szpuli")
    record(shop, _order("2041", "ewa.walczak@poczta.example", at - 9 * DAY, kite, line), at)
    record(shop, Arrived(key="2041", at=at - 6 * DAY, proof="Paczkomat GDY14A, odebrana"), at)
    box, bar, bag = Thing("1", "Box kite “Latarnia”"), Thing("2", "Bar, 60 cm"), Thing("1", "Kite bag")
    record(shop, _order("2057", "fiona.hartley@post.example", at - DAY / 4, box, bar), at)
    record(shop, Arrived(key="2057", at=at, proof="DPD 0993 4410, signed by F. Hartley", lines=("2",)), at)
    record(shop, _order("2060", "jonas@lindqvist.example", at - DAY / 8, bag, paid=False), at)


def _order(number: str, email: str, at: datetime, *things: Thing, paid: bool = True) -> Placed:
    return Placed(
        key=number, number=number, at=at, email=email, placed_at=at, paid_at=at if paid else None,
        amount=Decimal(120) * len(things), currency="PLN", things=things,
    )  # fmt: skip
