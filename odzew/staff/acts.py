"""Writing the staff log: an act is begun where it is asked for, and kept in the transaction that does it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from odzew.lib.clock import now
from odzew.lib.plain import plain
from odzew.staff.log import StaffAct, StaffLog, digest

Fact = str | int | list[str]
LONGEST = 200  # characters of a fact
AT_ONCE = 5_000  # lines taken away in one transaction


@dataclass
class Asked:
    """What somebody asks the desk to do."""

    act: str
    person: int | None
    address: str
    thing: str = ""
    number: int | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    refused: bool = False
    kept: bool = False


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


@contextmanager
def during(asked: Asked) -> Iterator[None]:
    """Let whatever is done within belong to this act."""
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def tell(*, thing: str = "", number: int | None = None, facts: Mapping[str, Fact] | None = None) -> None:
    """Add to the act that is being done what only whoever does it knows."""
    if asked := _asked.get():
        asked.thing, asked.number = thing or asked.thing, number or asked.number
        asked.facts |= facts or {}


def refused() -> None:
    """Say that the act that is being done was refused."""
    if asked := _asked.get():
        asked.refused = True


def keep() -> None:
    """Write the act that is being done, if one is, within the transaction that does it."""
    if (asked := _asked.get()) and not asked.kept:
        write(asked)
        asked.kept = True


@transaction.atomic
def write(asked: Asked) -> StaffAct:
    """Add a line to the staff log."""
    log = StaffLog.held()
    line = StaffAct(
        seq=log.seq + 1,
        at=now().astimezone(UTC),
        person_id=asked.person,
        act=asked.act,
        refused=asked.refused,
        thing=asked.thing,
        number=asked.number,
        facts={name: _short(fact) for name, fact in asked.facts.items()},
        address=asked.address[:45],
    )
    line.digest = digest(line, bytes(log.digest))
    line.save(force_insert=True)
    StaffLog.objects.filter(pk=1).update(seq=line.seq, digest=line.digest)
    return line


def step() -> int:
    """Take away some of the lines that are older than is kept, and say how many."""
    days = settings.STAFF_LOG_DAYS
    return shorten(now() - timedelta(days=days)) if days else 0


@transaction.atomic
def shorten(until: datetime) -> int:
    """Take away up to `AT_ONCE` lines from before a moment; the log says that it was done."""
    log = StaffLog.held()
    until_line = log.kept_from + AT_ONCE
    old = StaffAct.objects.filter(seq__gte=log.kept_from, seq__lt=until_line).order_by("seq")
    gone = list(old.only("seq", "at", "digest"))
    count = next((n for n, line in enumerate(gone) if line.at >= until), len(gone))
    if not count:
        return 0
    last = gone[count - 1]
    StaffLog.objects.filter(pk=1).update(kept_from=last.seq + 1, digest_before=last.digest)
    StaffAct.objects.filter(seq__lte=last.seq).delete()
    write(Asked("staff-log-shortened", None, "", facts={"lines": count, "until": until.date().isoformat()}))
    return count


def _short(fact: Fact) -> Fact:
    if isinstance(fact, list):
        return [plain(one, LONGEST) for one in fact[:50]]
    return plain(fact, LONGEST) if isinstance(fact, str) else fact
