"""The door of the shops: a call is proven, done once, in one transaction, and only then said to be heard."""

from datetime import datetime, timedelta
from types import ModuleType

from django.conf import settings
from django.db import transaction

from odzew.lib import sealing
from odzew.lib.payloads import Headers
from odzew.orders import generic, money, shopify, woocommerce
from odzew.orders.events import Event, Paid, Subscribed
from odzew.orders.models import Heard, Shop
from odzew.orders.record import record

KEPT = timedelta(days=30)
AT_ONCE = 100
SHAPES: dict[str, ModuleType] = {
    Shop.Kind.GENERIC: generic,
    Shop.Kind.WOOCOMMERCE: woocommerce,
    Shop.Kind.SHOPIFY: shopify,
}


def hear(shop: Shop, headers: Headers, body: bytes, now: datetime) -> int:
    """Do what a call of a shop tells, and return how many things it told; a call heard before: none.

    :raises Forged: when it is not proven to be the shop's
    :raises Unreadable: when it is not what this shop is said to send
    :raises Refused: when the books stand against it; then nothing is kept, and the shop may send it again
    """
    shape = SHAPES[shop.kind]
    call = shape.proven(headers, body, secret_of(shop), now)
    told = shape.events(headers, body)
    with transaction.atomic():
        if not _is_news(shop, call, now):
            return 0
        for event in told:
            do(shop, event, now)
        Shop.objects.filter(pk=shop.pk).update(heard_at=now)
    return len(told)


def do(shop: Shop, event: Event, now: datetime) -> None:
    """Keep what a shop tells, and do to the books what follows from it.

    :raises Unknown: when something arrived of an order nobody has told us of
    :raises Refused: when a law of the books stands against it
    """
    match event:
        case Paid():
            money.paid(shop, event, now)
        case Subscribed():
            money.subscribed(shop, event, now)
        case _:
            record(shop, event, now)


def secret_of(shop: Shop) -> str:
    """Return the secret a shop signs with."""
    return str(sealing.open_json(shop.secret, settings.SECRET_KEY)["secret"])


def sealed(secret: str) -> str:
    """Return a secret as it is kept."""
    return sealing.seal_json({"secret": secret}, settings.SECRET_KEY)


def _is_news(shop: Shop, call: str, now: datetime) -> bool:
    old = list(Heard.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:AT_ONCE])
    Heard.objects.filter(pk__in=old).delete()
    # Of two that come at once the second waits here until the first has ended, and then finds it heard.
    _made, is_new = Heard.objects.get_or_create(shop=shop, call=call, defaults={"at": now})
    return is_new
