"""Who stands in for a person at a moment (law 7): chains are followed, circles and gaps are found.

Moments are aware instants; an absence holds from its first moment up to, and without, its last.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """Why nobody stands in."""

    NOBODY = "nobody"  # no cover has accepted for this moment
    AWAY = "away"  # the cover is away too, and nobody stands in for the cover
    CIRCLE = "circle"  # the covers lead back to who is away
    LEFT = "left"  # the cover does not work here any more


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody who has accepted to stand in, and for which part of the time."""

    who: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a person is not there; without `until` nobody knows its end."""

    who: int
    since: datetime
    until: datetime | None
    covers: tuple[Cover, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Return whether the person is away at `at`."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands in, over whom the way led, and why nobody does."""

    who: int | None
    way: tuple[int, ...]
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of an absence in which nobody stands in."""

    since: datetime
    until: datetime
    why: Why


def away(at: datetime, absences: Iterable[Absence]) -> frozenset[int]:
    """Return who is away at a moment."""
    return frozenset(absence.who for absence in absences if absence.holds(at))


def stand_in(who: int, at: datetime, absences: Sequence[Absence], able: Collection[int]) -> Standing:
    """Return who stands in for a person at a moment; who is there stands in for nobody but himself.

    `able` are those who can be accountable at all. The covers of covers are followed, each once.
    """
    return _follow((who,), at, absences, able, {who})


def _follow(
    way: tuple[int, ...], at: datetime, absences: Sequence[Absence], able: Collection[int], seen: set[int]
) -> Standing:
    here = [absence for absence in absences if absence.who == way[-1] and absence.holds(at)]
    if not here:
        return Standing(way[-1], way) if way[-1] in able else Standing(None, way, Why.LEFT)
    failed = none = Standing(None, way, Why.AWAY if way[1:] else Why.NOBODY)
    for cover in (c for absence in here for c in absence.covers if c.since <= at < c.until):
        if cover.who in seen:
            found = Standing(None, (*way, cover.who), Why.CIRCLE)
        else:
            seen.add(cover.who)
            found = _follow((*way, cover.who), at, absences, able, seen)
        if found.who is not None:
            return found
        failed = found if failed is none else failed
    return failed


def gaps(
    absence: Absence, absences: Sequence[Absence], able: Collection[int], horizon: datetime
) -> list[Gap]:
    """Return the parts of an absence, up to `horizon`, in which nobody stands in, with the reason."""
    until = min(absence.until or horizon, horizon)
    edges = sorted(_edges(absences, absence.since, until))
    found: list[Gap] = []
    for since, end in zip(edges, edges[1:], strict=False):
        why = stand_in(absence.who, since, absences, able).why
        if why is None:
            continue
        if found and found[-1].until == since and found[-1].why is why:
            found[-1] = Gap(found[-1].since, end, why)
        else:
            found.append(Gap(since, end, why))
    return found


def _edges(absences: Iterable[Absence], since: datetime, until: datetime) -> set[datetime]:
    moments = {since, until}
    for absence in absences:
        moments |= {absence.since, absence.until or until}
        moments |= {moment for cover in absence.covers for moment in (cover.since, cover.until)}
    return {moment for moment in moments if since <= moment <= until}


def accountable(standing: Standing, pools: Iterable[Sequence[int]], loads: Mapping[int, float]) -> int | None:
    """Return the stand-in, else who carries least in the first pool that has anybody, else None.

    The pools hold only people who are there; each is wider than the one before.
    """
    if standing.who is not None:
        return standing.who
    pool = next((pool for pool in pools if pool), ())
    return min(pool, key=lambda person: (loads.get(person, 0), person), default=None)
