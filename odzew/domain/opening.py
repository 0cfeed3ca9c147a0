"""What an inbound message does to the books (laws 1 and 3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from odzew.domain.obligation import Kind, Obligation, State


@dataclass(frozen=True, slots=True)
class Nothing:
    """The message opens no debt, and `why` says so for good."""

    why: str


@dataclass(frozen=True, slots=True)
class Join:
    """The message joins an open debt, which keeps its first moment."""

    debt: int


@dataclass(frozen=True, slots=True)
class Open:
    """The message opens a debt of its own, since the moment it reached our door."""

    since: datetime


Verdict = Nothing | Join | Open


def judge(
    *,
    automatic: str,
    received_at: datetime,
    debts: Iterable[Obligation],
    under_way: Collection[int],
    kind: Kind = Kind.ANSWER,
) -> Verdict:
    """Say whether a message opens a debt of a kind, joins one, or opens none.

    `debts` are those of its conversation; `under_way` are the numbers of debts whose answer is
    already written and waits for acceptance: joining one of them would let that answer pay for
    words it was written without.
    """
    if automatic:
        return Nothing(automatic)
    waiting = [
        debt for debt in debts if debt.kind is kind and debt.state is State.OPEN and debt.id not in under_way
    ]
    if waiting:
        return Join(min(waiting, key=lambda debt: (debt.opened_at, debt.id)).id)
    return Open(received_at)
