"""How long a debt may take: of the terms a firm has set, the most specific one holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """So much working time for the debts of a team, a channel and a kind; what is not named is any."""

    length: timedelta
    team: int | None = None
    channel: str = ""
    kind: str = ""

    def holds_for(self, team: int, channel: str, kind: str) -> bool:
        """Return whether it speaks of debts of this kind, that come so to this team."""
        return self.team in (None, team) and self.channel in ("", channel) and self.kind in ("", kind)

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """Return how specific it is: the team counts more than the channel, and that more than the kind."""
        return self.team is not None, bool(self.channel), bool(self.kind)


def most_specific(terms: Iterable[Term], *, team: int, channel: str, kind: str) -> Term | None:
    """Return the term that holds, or None when none of them speaks of it."""
    held = [term for term in terms if term.holds_for(team, channel, kind)]
    return max(held, key=lambda term: term.weight, default=None)
