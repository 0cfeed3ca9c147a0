"""The entries of the journal: what can happen to a debt (docs/ledger.md)."""

from dataclasses import dataclass
from datetime import datetime

from odzew.domain.obligation import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal. `by` is who acted: `person:7`, `customer:3`, `shop:2`, `line:1` or `desk`."""

    obligation: int
    at: datetime
    by: str
    reason: str = ""
    message: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Entry):
    """A debt begins. `since` is its first moment; a split debt inherits that of its parent.

    `about` is the promise whose new date a notice tells.
    """

    what: Kind
    customer: int | None
    conversation: int | None
    owner: int
    team: int
    since: datetime
    due: datetime
    text: str = ""
    parent: int | None = None
    about: int | None = None
    instead_of: int | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Entry):
    """The customer wrote again while the debt was open: a chaser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Entry):
    """The thing owed was given, and accepted on the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived(Entry):
    """A person, or the customer himself, took the debt off the books, and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Entry):
    """What had settled the debt did not hold: a bounce, or the customer's "not yet"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Entry):
    """Another person is accountable from now on; `instead_of` is away and may get it back."""

    owner: int
    team: int
    instead_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Entry):
    """It fell due unpaid: a further person knows. `next_at` is when the step after this one is due."""

    step: int
    to: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Entry):
    """It is owed in another conversation of the same customer from now on; all else of it stays."""

    conversation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed(Entry):
    """A new date; the old one stays in the record."""

    due: datetime
