"""What a shop can tell: an order as it stands, a thing that arrived, a thing that did not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from odzew.lib.payloads import Unreadable


@dataclass(frozen=True, slots=True)
class Thing:
    """One line of an order that has to be sent."""

    line: str
    title: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order as it stands at `at`; moments are aware UTC instants."""

    key: str
    number: str
    at: datetime
    email: str = ""
    name: str = ""
    language: str = ""
    placed_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    amount: Decimal | None = None
    currency: str = ""
    things: tuple[Thing, ...] = ()
    parcels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # which lines go in which parcel

    def __post_init__(self) -> None:
        """Refuse an order that names a line twice: one debt would stand for two things.

        :raises Unreadable: when it does
        """
        lines = [one.line for one in self.things]
        if twice := {line for line in lines if lines.count(line) > 1}:
            raise Unreadable(f"A line is there twice: {', '.join(sorted(twice))}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The receiver has it: `proof` says how that is known. Without `lines` and `parcel`: all of the order."""

    key: str
    at: datetime
    proof: str
    lines: tuple[str, ...] = ()
    parcel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It did not arrive, or came back, whatever was said before."""

    key: str
    at: datetime
    reason: str
    lines: tuple[str, ...] = ()
    parcel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment as it stands at `at`: what went back is negative. It names its order, its payer, or both."""

    key: str
    at: datetime
    paid_at: datetime
    amount: Decimal
    currency: str = ""
    state: str = "paid"
    order: str = ""
    subscription: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A subscription as it stands at `at`; `until` is when it renews, or ends."""

    key: str
    at: datetime
    plan: str
    state: str
    since: datetime
    until: datetime | None = None
    cancelled_at: datetime | None = None
    email: str = ""
    name: str = ""
    language: str = ""


OfOrders = Placed | Arrived | Failed
Event = OfOrders | Paid | Subscribed
