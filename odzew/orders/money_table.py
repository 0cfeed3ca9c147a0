"""Payments and subscriptions as tables (CSV): one line for each."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from odzew.lib.payloads import Address, Key, Moment, Part, Text
from odzew.orders.events import Event, Paid, Subscribed
from odzew.orders.table import Fault, nothing, rows

Perhaps = Annotated[Moment | None, BeforeValidator(nothing)]
Name = Annotated[Text, Field(max_length=300)]


class _Payment(Part):
    payment: Key
    order: Annotated[Text, Field(max_length=100)] = ""
    subscription: Annotated[Text, Field(max_length=100)] = ""
    email: Address | Literal[""] = ""
    name: Name = ""
    paid_at: Moment
    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    currency: Annotated[Text, Field(pattern=r"^([A-Z]{3})?$")] = ""
    state: Annotated[Literal["pending", "paid", "failed"], BeforeValidator(lambda said: said or "paid")] = (
        "paid"
    )


class _Subscription(Part):
    subscription: Key
    email: Address
    name: Name = ""
    plan: Annotated[Text, Field(min_length=1)]
    state: Literal["pending", "active", "paused", "cancelled", "ended"]
    since: Moment
    until: Perhaps = None
    cancelled_at: Perhaps = None


def payments(lines: Iterable[str], now: datetime) -> tuple[list[list[Event]], list[Fault]]:
    """Return the payments of a table, and the lines that tell nothing. Moments without a zone are UTC.

    :raises NoTable: when a column is missing
    """
    faults: list[Fault] = []
    found: list[list[Event]] = []
    for line, row in rows(_Payment, lines, faults):
        if not (row.order or row.subscription or row.email):
            faults.append(Fault(line, "Name the order, the subscription or the address of who paid."))
            continue
        found.append([Paid(key=row.payment, at=now, **row.model_dump(exclude={"payment"}))])
    return found, faults


def subscriptions(lines: Iterable[str], now: datetime) -> tuple[list[list[Event]], list[Fault]]:
    """Return the subscriptions of a table, and the lines that tell nothing. Moments without a zone are UTC.

    :raises NoTable: when a column is missing
    """
    faults: list[Fault] = []
    said = rows(_Subscription, lines, faults)
    found: list[list[Event]] = [
        [Subscribed(key=row.subscription, at=now, **row.model_dump(exclude={"subscription"}))]
        for _line, row in said
    ]
    return found, faults
