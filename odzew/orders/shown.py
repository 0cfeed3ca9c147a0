"""The orders of a customer, with what is still owed of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, prefetch_related_objects

from odzew.conversations import underway
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Obligation, State
from odzew.ledger import books
from odzew.lib.ready import Ready
from odzew.orders.models import Item, Order
from odzew.orders.payment import Payment, Subscription
from odzew.orders.ways import Way
from odzew.staff.models import AccountTeam, Person

SHOWN = 20
RETURNED = (Message.State.FAILED, Message.State.BOUNCED)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of an order; `debt` is None when it was never owed, as of an order not paid."""

    item: Item
    debt: Obligation | None
    went: Message | None = None  # what it went with last, where it can be sent again (again.py)

    @property
    def stands(self) -> str:
        """Return open, paid, waived, or nothing."""
        return self.debt.state if self.debt else ""

    @property
    def is_going(self) -> bool:
        """Return whether it is on its way to her."""
        return self.went is not None and self.went.state in underway.UNSETTLED

    @property
    def may_go_again(self) -> bool:
        """Return whether it went once, and is neither on its way nor waiting to go."""
        return self.went is not None and self.went.state not in underway.NOT_OVER

    @property
    def came_back(self) -> bool:
        """Return whether what it went with last was not taken, or came back."""
        return self.went is not None and self.went.state in RETURNED


@dataclass(frozen=True, slots=True)
class Bought:
    """One order and its lines."""

    order: Order
    lines: tuple[Line, ...]
    ways: tuple[Way, ...] = ()

    @property
    def is_open(self) -> bool:
        """Return whether something of it has still to arrive."""
        return any(line.stands == State.OPEN for line in self.lines)


@dataclass(frozen=True, slots=True)
class Money:
    """What customers paid last, and what they pay for again and again."""

    payments: tuple[Payment, ...]
    subscriptions: tuple[Subscription, ...]

    @property
    def after_the_end(self) -> list[Payment]:
        """Return what was charged for a subscription after it was cancelled."""
        return [one for one in self.payments if one.is_after_the_end]


def money(customers: Sequence[int], person: Person) -> Money:
    """Return the newest payments and the subscriptions of customers that are one, of shops he answers for."""
    payments = list(_payments(customers)) if customers[1:] else _PAYMENTS(customers[0])
    subscriptions = list(_plans(customers)) if customers[1:] else _PLANS(customers[0])
    accounts = {one.shop.account_id for one in payments} | {one.shop.account_id for one in subscriptions}
    if accounts and not person.sees_everything:
        accounts = _answered_for(accounts, person)
    return Money(
        tuple(one for one in payments if one.shop.account_id in accounts),
        tuple(one for one in subscriptions if one.shop.account_id in accounts),
    )


def _payments(customers: Sequence[int]) -> "QuerySet[Payment]":
    rows = Payment.objects.filter(customer__in=customers).select_related("shop", "order", "subscription")
    return rows.order_by("-at", "-pk")[:SHOWN]


def _plans(customers: Sequence[int]) -> "QuerySet[Subscription]":
    rows = Subscription.objects.filter(customer__in=customers).select_related("shop")
    return rows.order_by("-since", "-pk")[:SHOWN]


_PAYMENTS = Ready(lambda customer: _payments([customer]))
_PLANS = Ready(lambda customer: _plans([customer]))


def of_customers(customers: Sequence[int], person: Person) -> list[Bought]:
    """Return the newest orders a person may see of customers that are one, in a few queries."""
    rows = list(_newest(customers)) if customers[1:] else _NEWEST(customers[0])
    prefetch_related_objects(rows, "items")
    return with_debts(_seen(rows, person))


def _newest(customers: Sequence[int]) -> "QuerySet[Order]":
    rows = Order.objects.filter(customer__in=customers).select_related("shop", "conversation__account")
    return rows.order_by("-placed_at", "-pk")[:SHOWN]


_NEWEST = Ready(lambda customer: _newest([customer]))


def with_debts(orders: Sequence[Order]) -> list[Bought]:
    """Return orders with what is still owed of each, in their order."""
    numbers = [item.obligation for order in orders for item in order.items.all() if item.obligation]
    debts = {debt.id: debt for debt in books.debts(numbers)} if numbers else {}
    return [_bought(order, debts) for order in orders]


def _seen(orders: list[Order], person: Person) -> list[Order]:
    """Return those whose shop a team of the person answers for, or whose conversation he may see."""
    if person.sees_everything or not orders:
        return orders
    # Few rows, and looked at here: as a condition of the database it reads all conversations of a team.
    ours = _answered_for({order.shop.account_id for order in orders}, person)
    talks = [order.conversation_id for order in orders if order.conversation_id]
    seen = set(Conversation.objects.visible_to(person).filter(pk__in=talks).values_list("pk", flat=True))
    return [order for order in orders if order.shop.account_id in ours or order.conversation_id in seen]


def _answered_for(accounts: Collection[int], person: Person) -> set[int]:
    rows = AccountTeam.objects.filter(account__in=accounts, team__in=person.team_numbers())
    return set(rows.values_list("account", flat=True))


def _bought(order: Order, debts: dict[int, Obligation]) -> Bought:
    items = sorted(order.items.all(), key=lambda item: item.pk)
    return Bought(order, tuple(Line(item, debts.get(item.obligation or 0)) for item in items))
