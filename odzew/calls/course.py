"""The course of a call: what its events add up to, the same in whichever order they came.

Lines tell late, twice and out of order. So nothing is remembered from event to event: the course is
counted anew from all that is known of the call, sorted by the moments the line gives.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from odzew.calls.events import Event, What

RANK = {what: rank for rank, what in enumerate(What)}
Span = tuple[datetime, datetime]


class State(StrEnum):
    """Where a call stands, or how it ended."""

    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    TALKED = "talked"
    MISSED = "missed"  # nobody took the line
    ABANDONED = "abandoned"  # it ended while the customer was left waiting
    VOICEMAIL = "voicemail"


OVER = frozenset({State.TALKED, State.MISSED, State.ABANDONED, State.VOICEMAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One call as far as it is known; moments are aware UTC instants."""

    state: State
    begun_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    holds: tuple[Span, ...] = ()
    transfers: tuple[tuple[datetime, str], ...] = ()
    agents: tuple[str, ...] = ()

    @property
    def held(self) -> timedelta:
        """Return how long the customer heard music; a hold that lasts is not counted yet."""
        return sum((until - since for since, until in self.holds), timedelta())

    @property
    def talked(self) -> timedelta:
        """Return how long somebody spoke with the customer, without the holds since it was answered."""
        if self.answered_at is None or self.ended_at is None:
            return timedelta()
        since = [(max(one, self.answered_at), until) for one, until in self.holds]
        music = sum((until - one for one, until in since if one < until), timedelta())
        return max(self.ended_at - self.answered_at - music, timedelta())


@dataclass(slots=True)
class _Line:
    """What is known after the events so far."""

    answered_at: datetime | None = None
    held_since: datetime | None = None
    holds: list[Span] = field(default_factory=list)
    transfers: list[tuple[datetime, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def hold(self, at: datetime) -> None:
        self.held_since = self.held_since or at

    def resume(self, at: datetime) -> None:
        if self.held_since is not None:
            self.holds.append((self.held_since, at))
        self.held_since = None

    def take(self, event: Event) -> None:
        match event.what:
            case What.ANSWERED:
                self.answered_at = self.answered_at or event.at
                self.resume(event.at)
            case What.HELD:
                self.hold(event.at)
            case What.RESUMED:
                self.resume(event.at)
            case What.TRANSFERRED:
                self.transfers.append((event.at, event.to))
                (self.hold if event.blind else self.resume)(event.at)
        # Whose telephone merely rang has not spoken with her.
        if event.agent and event.agent not in self.agents and event.what in (What.ANSWERED, What.RESUMED):
            self.agents.append(event.agent)


def course(events: Iterable[Event]) -> Course:
    """Return what events add up to; a copy of one that is known changes nothing.

    The last end is the end, since a line may tell the end of a part of a call first. What a wrong clock
    puts after the end is left out, but for a message that was left: it is often told last.

    :raises ValueError: when there are no events
    """
    known = sorted({event.id: event for event in sorted(events, key=_key)}.values(), key=_key)
    if not known:
        raise ValueError("A call of which nothing is known is none.")
    ended_at = max((event.at for event in known if event.what is What.ENDED), default=None)
    line = _Line()
    for event in known:
        if ended_at is None or event.at <= ended_at:
            line.take(event)
    state = _state(line, ended_at, left_words=any(event.what is What.VOICEMAIL for event in known))
    if ended_at is not None:
        line.resume(ended_at)
    return Course(
        state=state,
        begun_at=known[0].at,
        answered_at=line.answered_at,
        ended_at=ended_at,
        holds=tuple(line.holds),
        transfers=tuple(line.transfers),
        agents=tuple(line.agents),
    )


def _key(event: Event) -> tuple[datetime, int, int, str, str, str, bool]:
    # To the last word, so that of two with one identifier the same one counts in whichever order they came.
    return event.at, event.turn, RANK[event.what], event.id, event.agent, event.to, event.blind


def _state(line: _Line, ended_at: datetime | None, *, left_words: bool) -> State:
    waits = line.held_since is not None
    if ended_at is None:
        open_line = State.RINGING if line.answered_at is None else State.TALKING
        return State.ON_HOLD if waits else open_line
    if left_words:
        return State.VOICEMAIL
    if waits:
        return State.ABANDONED
    return State.MISSED if line.answered_at is None else State.TALKED
