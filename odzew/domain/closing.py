"""When a conversation may close (law 8)."""

from collections.abc import Iterable

from odzew.domain.obligation import Obligation, State


def still_owed(debts: Iterable[Obligation]) -> list[Obligation]:
    """Return the debts that stand against closing, oldest first; an empty list lets it close."""
    return sorted((d for d in debts if d.state is State.OPEN), key=lambda d: (d.opened_at, d.id))
