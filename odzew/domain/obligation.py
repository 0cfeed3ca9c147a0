"""What is owed: one obligation and the states it can be in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What we owe (DESIGN §2)."""

    ANSWER = "answer"
    CALLBACK = "callback"
    PROMISE = "promise"
    DELIVERY = "delivery"
    DECISION = "decision"
    CONFIRMATION = "confirmation"
    NOTICE = "notice"
    KNOWLEDGE = "knowledge"
    ACTION = "action"
    RECOUNT = "recount"


class State(StrEnum):
    """Where an obligation stands; there is no fourth way out of the books."""

    OPEN = "open"
    PAID = "paid"
    WAIVED = "waived"


class Refused(Exception):
    """The books refuse an entry; the text says which law stands against it."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One debt: who owes what to which customer by when. Moments are aware UTC instants.

    Without a customer it is what the firm owes to itself: a door of the desk that has to be mended.
    """

    id: int
    kind: Kind
    customer: int | None
    conversation: int | None
    owner: int
    team: int
    opened_at: datetime
    due_at: datetime
    state: State = State.OPEN
    text: str = ""
    chasers: int = 0
    moves: int = 0
    reopenings: int = 0
    closed_at: datetime | None = None
    settled_by: int | None = None
    broken: bool = False
    # When somebody has to look at it next, how far it was escalated, and to whom.
    alarm_at: datetime | None = None
    escalated: int = 0
    escalated_to: int | None = None
    # Whose debt it is by right while the owner stands in.
    instead_of: int | None = None
    # What had gone wrong for this customer before it opened (ranking.failures).
    failures: int = 0

    def is_late(self, now: datetime) -> bool:
        """Return whether it is open at `now`, past its due moment."""
        return self.state is State.OPEN and now > self.due_at
