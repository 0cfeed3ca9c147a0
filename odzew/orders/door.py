"""The door of the shops: a call is proven, kept, and only then said to be heard; the worker does it once."""

from collections.abc import Collection
from datetime import datetime
from types import ModuleType

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_noop

from odzew.hearing.keep import Said, keep
from odzew.hearing.models import Heard
from odzew.hearing.work import Door, NotYet
from odzew.lib import sealing
from odzew.lib.payloads import Headers
from odzew.orders import generic, money, shopify, woocommerce
from odzew.orders.events import Event, Paid, Placed, Subscribed
from odzew.orders.models import Shop
from odzew.orders.record import Unknown, record

SHAPES: dict[str, ModuleType] = {
    Shop.Kind.GENERIC: generic,
    Shop.Kind.WOOCOMMERCE: woocommerce,
    Shop.Kind.SHOPIFY: shopify,
}
NAME = "shop"  # of this door, among those of the worker
# Kept with what it is about, and translated for whoever reads it.
UNKNOWN = gettext_noop("It tells of an order, or a line of one, that is not known here:")
TOPICS = ("x-wc-webhook-topic", "x-shopify-topic")  # what says beside the words what they are


def hear(shop: Shop, headers: Headers, body: bytes, now: datetime) -> None:
    """Keep what a call of a shop tells, if it tells anything; when this returns, the shop may forget it.

    :raises Forged: when it is not proven to be the shop's
    :raises Unreadable: when it is not what this shop is said to send
    :raises django.db.Error: when it cannot be kept
    """
    shape = SHAPES[shop.kind]
    call = shape.proven(headers, body, secret_of(shop), now)
    if not shape.events(headers, body):
        _note(shop.pk, now)
        return
    envelope = {"kind": shop.kind} | {name: headers[name] for name in TOPICS if name in headers}
    keep(Said(door=NAME, of=shop.pk, name=call, content=body, envelope=envelope), now)


def work(row: Heard, now: datetime) -> Collection[str]:
    """Do what a kept call tells, and return the orders it told of.

    :raises NotYet: when something arrived of an order nobody has told us of
    :raises Refused: when a law of the books stands against it
    """
    shop = Shop.objects.select_related("account").get(pk=row.of)
    told: list[Event] = SHAPES[row.envelope["kind"]].events(row.envelope, bytes(row.content))
    with translation.override("en"):  # what is kept of a shop is the same, whoever reads it
        for event in told:
            _do(shop, event, now)
    _note(shop.pk, row.at)
    return [event.key for event in told if isinstance(event, Placed)]


def _do(shop: Shop, event: Event, now: datetime) -> None:
    try:
        do(shop, event, now)
    except Unknown as fault:
        raise NotYet(f"{UNKNOWN}\n{fault.order}", fault.order) from fault


def _note(number: int, at: datetime) -> None:
    rows = Shop.objects.filter(Q(heard_at=None) | Q(heard_at__lt=at), pk=number)
    rows.update(heard_at=at)


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


def _name(number: int) -> str:
    return Shop.objects.get(pk=number).name


DOOR = Door(do=work, name=_name)
