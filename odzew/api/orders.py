"""Orders and what was delivered of them, read and told by other programs."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from odzew.api.customers import find_customer
from odzew.api.keys import Bearer, asking, writing
from odzew.api.log import asked
from odzew.api.once import KeyHeader, once
from odzew.api.pages import NUL_LESS, Cursor, Limit, by_moment
from odzew.api.problems import Problem
from odzew.domain.obligation import State
from odzew.lib.clock import now
from odzew.lib.payloads import Key, Moment, Text, Unreadable
from odzew.orders import generic, shown
from odzew.orders.events import Arrived, Failed, OfOrders
from odzew.orders.models import Order, Shop
from odzew.orders.record import record
from odzew.staff.models import Person
from odzew.staff.token import Scope

router = Router(tags=["orders"])
READ, WRITE = Bearer(Scope.ORDERS_READ), Bearer(Scope.ORDERS_WRITE)
ShopWord = Annotated[str, Query(max_length=60, pattern=NUL_LESS, description="The word of its shop.")]
OrderKey = Annotated[
    str, Query(min_length=1, max_length=100, pattern=NUL_LESS, description="What the shop calls it.")
]


class ItemShape(Schema):
    """One thing of an order, and the debt of its delivery, if it was ever owed."""

    line: str
    title: str
    count: int
    obligation: int | None
    state: State | None = Field(description="open: it has still to arrive; paid: it has arrived.")
    due_at: datetime | None


class OrderShape(Schema):
    """One order as its shop told it last."""

    id: int
    shop: str
    key: str
    number: str
    customer: int
    conversation: int | None
    placed_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    amount: Decimal | None
    currency: str
    items: list[ItemShape]


class OrderPage(Schema):
    """Orders."""

    items: list[OrderShape]
    next: str | None


class OrderIn(generic.OrderSaid):
    """An order as it stands."""

    shop: str = Field(max_length=60, pattern=NUL_LESS, description="The word of its shop.")
    at: Moment = Field(description="Of when this is: what is older than what was told last changes nothing.")


class DeliveredIn(Schema):
    """That things of an order have arrived."""

    proof: Annotated[Text, Field(min_length=1, description="By what it is known.")]
    lines: Annotated[list[Key], Field(max_length=1_000, description="None: all of it.")] = []
    at: Moment


class FailedIn(Schema):
    """That things of an order did not arrive, or came back."""

    reason: Annotated[Text, Field(min_length=1)]
    lines: Annotated[list[Key], Field(max_length=1_000, description="None: all of it.")] = []
    at: Moment


@router.get("/customers/{number}/orders", auth=READ, response=OrderPage, operation_id="list_orders")
def orders(request: HttpRequest, number: int, limit: Limit = 50, cursor: Cursor = "") -> OrderPage:
    """List the orders of a customer, the oldest first."""
    person = asking(request)
    _customer, numbers = find_customer(request, number)
    rows = Order.objects.visible_to(person).filter(customer__in=numbers)
    found, more = by_moment(rows.select_related("shop"), "placed_at", cursor, limit)
    return OrderPage(items=_shapes(found), next=more)


@router.get("/orders", auth=READ, response=OrderPage, operation_id="find_order")
def find(request: HttpRequest, shop: ShopWord, key: OrderKey) -> OrderPage:
    """Find an order by what its shop calls it: one, or none."""
    rows = Order.objects.visible_to(asking(request)).filter(shop__slug=shop, key=key)
    return OrderPage(items=_shapes(list(rows.select_related("shop"))), next=None)


@router.get("/orders/{number}", auth=READ, response=OrderShape, operation_id="read_order")
def order(request: HttpRequest, number: int) -> OrderShape:
    """Return one order."""
    return _shapes([_one(request, number)])[0]


@router.post("/orders", auth=WRITE, response={201: OrderShape}, operation_id="tell_order")
def tell(request: HttpRequest, given: OrderIn, key: KeyHeader) -> Status[Any]:
    """Tell of an order as it stands, for its shop; what is paid for is owed until it has arrived."""
    shop = find_shop(writing(request), given.shop)
    event = _read(lambda: generic.placed(given, given.at))
    return once(request, key, asked(request, "api-order", "shop", shop.pk), lambda: _recorded(shop, event))


@router.post(
    "/orders/{number}/delivered", auth=WRITE, response={201: OrderShape}, operation_id="tell_delivered"
)
def delivered(request: HttpRequest, number: int, given: DeliveredIn, key: KeyHeader) -> Status[Any]:
    """Tell, with its proof, that things of an order have arrived: that pays what was owed of them."""
    writing(request)
    found = _one(request, number)
    event = Arrived(key=found.key, at=given.at, proof=given.proof, lines=tuple(given.lines))
    act = asked(request, "api-delivered", "shop", found.shop_id)
    return once(request, key, act, lambda: _recorded(found.shop, event))


@router.post("/orders/{number}/failed", auth=WRITE, response={201: OrderShape}, operation_id="tell_failed")
def failed(request: HttpRequest, number: int, given: FailedIn, key: KeyHeader) -> Status[Any]:
    """Tell that things of an order did not arrive: they are owed again, with their old moment."""
    writing(request)
    found = _one(request, number)
    event = Failed(key=found.key, at=given.at, reason=given.reason, lines=tuple(given.lines))
    act = asked(request, "api-failed", "shop", found.shop_id)
    return once(request, key, act, lambda: _recorded(found.shop, event))


def _read(make: Any) -> OfOrders:
    try:
        event: OfOrders = make()
    except Unreadable as fault:
        raise Problem(422, str(fault)) from None
    return event


def _recorded(shop: Shop, event: OfOrders) -> OrderShape:
    return _shapes([record(shop, event, now())])[0]


def find_shop(person: Person, word: str) -> Shop:
    """Return a shop in use that a team of the person answers for.

    :raises Http404: when there is none
    """
    found = Shop.objects.filter(slug=word, active=True).select_related("account")
    if not person.sees_everything:
        found = found.filter(account__in_charge__team__in=person.team_numbers())
    return get_object_or_404(found)


def _one(request: HttpRequest, number: int) -> Order:
    if not 0 < number < 2**63:
        raise Http404
    seen = Order.objects.visible_to(asking(request)).select_related("shop")
    return get_object_or_404(seen, pk=number)


def _shapes(rows: list[Order]) -> list[OrderShape]:
    return [_shape(one) for one in shown.with_debts(rows)]


def _shape(bought: shown.Bought) -> OrderShape:
    order = bought.order
    told = {name: getattr(order, name) for name in OrderShape.model_fields if hasattr(order, name)}
    items = [
        ItemShape(
            line=one.item.line,
            title=one.item.title,
            count=one.item.count,
            obligation=one.item.obligation,
            state=one.debt.state if one.debt else None,
            due_at=one.debt.due_at if one.debt else None,
        )
        for one in bought.lines
    ]
    more = {"customer": order.customer_id, "conversation": order.conversation_id, "shop": order.shop.slug}
    return OrderShape(**told | more | {"items": items})
