"""What pays a debt (laws 4 and 5): only a real answer, accepted on the other side."""

from collections.abc import Iterable
from dataclasses import dataclass

from odzew.domain.obligation import Kind, Obligation, Refused, State


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says a reply is: an answer to some debts, or an acknowledgement of none."""

    answers: bool
    pays: tuple[int, ...]
    by_person: bool


def check(reply: Reply, debts: Iterable[Obligation]) -> None:
    """Refuse a reply that cannot pay what it claims to pay.

    :raises Refused: when a machine would pay, an acknowledgement would pay, or a debt is not open
    """
    if not reply.pays:
        return
    if not reply.by_person:
        raise Refused("Only a person's answer pays a debt (law 4).")
    if not reply.answers:
        raise Refused("An acknowledgement pays nothing (law 4).")
    known = {debt.id: debt for debt in debts}
    for number in reply.pays:
        _check_one(number, known.get(number))


def _check_one(number: int, debt: Obligation | None) -> None:
    if debt is None:
        raise Refused(f"Debt {number} is not owed in this conversation.")
    if debt.state is not State.OPEN:
        raise Refused(f"Debt {number} is {debt.state} already.")
    if debt.kind not in PAID_BY_WORDS:
        raise Refused(f"A message does not pay a debt of the kind {debt.kind}.")


# A delivery too: what was bought may be a ticket or a licence, and goes as a mail whose acceptance proves it.
PAID_BY_WORDS = frozenset(
    {Kind.ANSWER, Kind.PROMISE, Kind.NOTICE, Kind.CONFIRMATION, Kind.DECISION, Kind.DELIVERY}
)
# What a call that took place keeps, as well as words that were sent.
PAID_BY_A_CALL = frozenset({Kind.PROMISE, Kind.CALLBACK, Kind.NOTICE})
