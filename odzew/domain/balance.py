"""Law 2: opened = paid + waived + open, for whatever the obligations are grouped by."""

from collections.abc import Iterable
from dataclasses import dataclass

from odzew.domain.obligation import Obligation, State


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of obligations; `difference` is zero on every day the books are right."""

    opened: int = 0
    paid: int = 0
    waived: int = 0
    open: int = 0

    @property
    def difference(self) -> int:
        """Return what does not add up."""
        return self.opened - self.paid - self.waived - self.open


def of(opened: int, debts: Iterable[Obligation]) -> Balance:
    """Count obligations by state beside the number of debts the journal opened."""
    states = [debt.state for debt in debts]
    return Balance(
        opened=opened,
        paid=states.count(State.PAID),
        waived=states.count(State.WAIVED),
        open=states.count(State.OPEN),
    )
