"""How pressing a debt is, as one moment that does not depend on the clock.

A list sorted by that moment stays sorted while time passes, so an index can serve it and
nothing has to be recomputed when the hour strikes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from odzew.domain.obligation import Kind, Obligation

# What each fact is worth, in hours by which the debt moves ahead of its due moment.
A_CHASER = timedelta(hours=4)
A_REOPENING = timedelta(hours=8)
A_MOVED_PROMISE = timedelta(hours=8)
A_FAILURE = timedelta(hours=4)
OF_A_KIND = {Kind.PROMISE: timedelta(hours=2), Kind.CALLBACK: timedelta(hours=1)}
CHASED_BY = {Kind.NOTICE: "more", Kind.CALLBACK: "rang"}
REMEMBERED = timedelta(days=365)  # so long a failure counts; afterwards it is forgiven
AT_MOST = 6  # of each: beyond that the customer is not more forgotten, only more patient


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that moves a debt ahead, with how often it holds."""

    word: str
    count: int = 1


class Ranked(Protocol):
    """What has the facts that a debt ranks by."""

    @property
    def kind(self) -> str: ...  # noqa: D102  its name says it
    @property
    def reopenings(self) -> int: ...  # noqa: D102  its name says it
    @property
    def moves(self) -> int: ...  # noqa: D102  its name says it
    @property
    def failures(self) -> int: ...  # noqa: D102  its name says it
    @property
    def chasers(self) -> int: ...  # noqa: D102  its name says it


def press_at(debt: Obligation) -> datetime:
    """Return the moment by which debts are sorted, the earliest most pressing first."""
    ahead = OF_A_KIND.get(debt.kind, timedelta())
    ahead += A_CHASER * min(debt.chasers, AT_MOST)
    ahead += A_REOPENING * min(debt.reopenings, AT_MOST)
    ahead += A_MOVED_PROMISE * min(debt.moves, AT_MOST)
    ahead += A_FAILURE * min(debt.failures, AT_MOST)
    return debt.due_at - ahead


def failures(before: Iterable[Obligation], at: datetime) -> int:
    """Count what was done to a customer in debts of the last year: broken, and opened again.

    A debt keeps the count of the moment at which it opens, so its rank does not move by itself.
    """
    recent = [debt for debt in before if debt.opened_at > at - REMEMBERED]
    return sum(debt.broken + debt.reopenings for debt in recent)


def reasons(debt: Obligation, now: datetime) -> list[Reason]:
    """Say why a debt ranks where it does: the facts that count, the strongest first."""
    return [*([Reason("late")] if debt.is_late(now) else ()), *facts(debt)]


def facts(debt: Ranked) -> list[Reason]:
    """Say what moves a debt ahead of its due moment, the strongest first."""
    found = (
        ("reopened", debt.reopenings),
        ("moved", debt.moves),
        ("failed", debt.failures),
        # It is a third party who writes more about what the customer has to be told.
        (CHASED_BY.get(Kind(debt.kind), "chased"), debt.chasers),
        ("promised", int(debt.kind == Kind.PROMISE)),
    )
    return [Reason(word, count) for word, count in found if count]
