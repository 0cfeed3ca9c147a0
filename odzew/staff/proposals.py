"""What was read from a person's calendar, beside what she was asked before; and her answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain.hours import instant, moment_at
from odzew.domain.obligation import Refused
from odzew.lib.plain import plain
from odzew.staff import absences
from odzew.staff.absence import Absence
from odzew.staff.calendars import Proposal
from odzew.staff.models import Person

State = Proposal.State


@dataclass(frozen=True, slots=True)
class Read:
    """An absence as a calendar has it."""

    key: str
    title: str
    begins_at: datetime
    ends_at: datetime


def moment(said: str, zone: str) -> datetime:
    """Return the instant that a calendar wrote: a day, a time with its offset, or the clock on a wall.

    Days and times without an offset are those of the person's zone (RFC 5545 §3.3.5).

    :raises ValueError: when it is none
    """
    if len(said) == len("2026-11-30"):
        wall = datetime.combine(datetime.fromisoformat(said).date(), time.min)
    else:
        wall = datetime.fromisoformat(said)
    return wall if wall.tzinfo else moment_at(instant(ZoneInfo(zone), wall, fold=0))


@transaction.atomic
def compare(person: Person, found: Iterable[Read], now: datetime) -> int:
    """Keep what a calendar holds now beside what was asked before, and return how much is asked anew.

    What was answered stays answered, unless it is at another time now: then it is asked again, or said
    beside what was planned. What has gone from the calendar is asked no more; nothing planned is changed.
    """
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two readers take turns
    known = {row.key: row for row in Proposal.objects.filter(person=held)}
    read = {plain(one.key, 255): one for one in found if one.begins_at < one.ends_at and one.ends_at > now}
    fresh = [_new(held, key, one) for key, one in read.items() if key not in known]
    Proposal.objects.bulk_create(fresh)
    changed = [_again(known[key], one) for key, one in read.items() if key in known]
    _forget([row for key, row in known.items() if key not in read and row.ends_at > now])
    return len(fresh) + sum(changed)


def _new(person: Person, key: str, one: Read) -> Proposal:
    title = plain(one.title, 200)
    return Proposal(person=person, key=key, title=title, begins_at=one.begins_at, ends_at=one.ends_at)


def _again(row: Proposal, one: Read) -> bool:
    """Take over what the calendar says of a row, and return whether it is asked anew."""
    moved = (row.begins_at, row.ends_at) != (one.begins_at, one.ends_at)
    asked = row.state == State.GONE or (moved and row.state == State.DECLINED)
    row.title, row.begins_at, row.ends_at = plain(one.title, 200), one.begins_at, one.ends_at
    row.state = State.PROPOSED if asked else row.state
    row.differs = row.state == State.PLANNED and (row.differs or moved)
    row.save(update_fields=["title", "begins_at", "ends_at", "state", "differs"])
    return asked


def _forget(rows: Iterable[Proposal]) -> None:
    for row in rows:
        row.differs = row.state == State.PLANNED
        row.state = State.GONE if row.state == State.PROPOSED else row.state
        row.save(update_fields=["state", "differs"])


@transaction.atomic
def plan(proposal: Proposal, now: datetime, covers: Iterable[Person]) -> Absence:
    """Write a proposed absence down as its owner's own, and ask the covers.

    :raises Refused: when it was answered already, names no cover, or cannot be (staff.absences.plan)
    """
    asked = list(covers)
    if not asked:
        raise Refused(_("Choose who is asked to stand in."))
    held = _taken(proposal, State.PLANNED)
    absence = absences.plan(
        held.person, held.person, held.begins_at, held.ends_at, now, covers=asked, source=held.key
    )
    Proposal.objects.filter(pk=held.pk).update(absence=absence)
    return absence


@transaction.atomic
def decline(proposal: Proposal) -> None:
    """Say that it is no absence.

    :raises Refused: when it was answered already
    """
    _taken(proposal, State.DECLINED)


def seen(proposal: Proposal) -> None:
    """Let a difference be known to its owner, who has changed the absence, or does not want to."""
    Proposal.objects.filter(pk=proposal.pk).update(differs=False)


def _taken(proposal: Proposal, state: Proposal.State) -> Proposal:
    waiting = Proposal.objects.filter(pk=proposal.pk, state=State.PROPOSED)
    if not waiting.update(state=state):
        raise Refused(_("It was answered already, or is not in your calendar any more."))
    return Proposal.objects.select_related("person").get(pk=proposal.pk)
