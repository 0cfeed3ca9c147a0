"""The worker that does what programs told, each call once, in a transaction of its own.

Not a batch in one: who does a call holds conversations before the books, and the next one would ask for its
conversations while the books are held, against the order of everybody else.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils.translation import gettext_noop

from odzew.domain.obligation import Refused
from odzew.hearing import held
from odzew.hearing.models import Heard
from odzew.lib.clock import now
from odzew.lib.payloads import Unreadable
from odzew.lib.plain import plain
from odzew.queue import waiting
from odzew.queue.breath import Breath

log = logging.getLogger(__name__)
BATCH = 100
FIRST_WAIT = timedelta(minutes=1)  # for what comes before the one it belongs to; doubled with each try
PATIENCE = timedelta(days=1)
KEPT = timedelta(days=30)
UNREADABLE = gettext_noop("It cannot be read:")
FAILED = gettext_noop("The desk made a mistake over it; the log says more:")


class NotYet(Exception):
    """What was told belongs to something nobody has told of yet, which `about` names.

    The text says so as it is kept: its first line is translated for whoever reads it.
    """

    def __init__(self, words: str, about: str) -> None:
        super().__init__(words)
        self.about = about


@dataclass(frozen=True, slots=True)
class Door:
    """How what comes by one kind of door is done, and what whoever told it is called.

    `do` returns what others may have waited for. It raises NotYet when it has to wait itself.
    """

    do: Callable[[Heard, datetime], Collection[str]]
    name: Callable[[int], str]


def step(doors: Mapping[str, Door]) -> int:
    """Do some of what waits, the oldest first, and return how many were looked at."""
    rows = Heard.objects.filter(state=Heard.State.KEPT)
    numbers = list(waiting.due(rows, now()).order_by("pk").values_list("pk", flat=True)[:BATCH])
    breathe = Breath()  # the doors keep what comes meanwhile
    for number in numbers:
        if row := rows.filter(pk=number).first():
            _one(row, doors[row.door], now())
        breathe()
    if numbers:
        _forget(now())
    return len(numbers)


def _one(row: Heard, door: Door, at: datetime) -> None:
    """Carry a call; one that can neither be done nor set aside holds up none that came behind it."""
    try:
        carry(row, door, at)
    except OperationalError:
        raise
    except Exception:
        log.exception("What %s told was neither done nor set aside.", row)
        Heard.objects.filter(pk=row.pk, state=Heard.State.KEPT).update(next_try_at=at + FIRST_WAIT)


def carry(row: Heard, door: Door, at: datetime) -> None:
    """Do a call, or put it off; what fails three times is held, and an administrator owes a look at it.

    :raises django.db.OperationalError: when the database is away; then it waits as it is
    """
    try:
        told = _done(row, door, at)
    except NotYet as fault:
        _wait(row, door, fault, at)
    except Exception as fault:
        if isinstance(fault, OperationalError) and not waiting.is_its_own_fault(fault):
            raise
        log.exception("What %s told was not done.", row)
        _put_off(row, door, why(fault), at)
    else:
        # Not within it: whoever holds one of those may wait for what is held here.
        waiting_for = Heard.objects.filter(door=row.door, of=row.of, about__in=told, state=Heard.State.KEPT)
        waiting_for.exclude(next_try_at=None).update(next_try_at=None)


def why(fault: Exception) -> str:
    """Return why a call could not be done, to be told in the language of whoever reads it."""
    if isinstance(fault, Unreadable):
        return f"{UNREADABLE}\n{plain(str(fault), 400)}"
    if isinstance(fault, Refused | NotYet):
        return str(fault)[:500]
    return f"{FAILED}\n{type(fault).__name__}"


@transaction.atomic
def _done(row: Heard, door: Door, at: datetime) -> Collection[str]:
    return door.do(row, at) if held.take(row, Heard.State.KEPT, Heard.State.DONE) else ()


def _wait(row: Heard, door: Door, fault: NotYet, at: datetime) -> None:
    if at - row.at >= PATIENCE:
        held.hold(row, why(fault), door.name(row.of), at)
        return
    again = at + FIRST_WAIT * 2 ** min(row.tries, 10)
    rows = Heard.objects.filter(pk=row.pk, state=Heard.State.KEPT)
    rows.update(tries=row.tries + 1, about=fault.about, error=why(fault), next_try_at=again)


def _put_off(row: Heard, door: Door, error: str, at: datetime) -> None:
    if row.tries + 1 >= waiting.TRIES:
        held.hold(row, error, door.name(row.of), at)
        return
    rows = Heard.objects.filter(pk=row.pk, state=Heard.State.KEPT)
    rows.update(tries=row.tries + 1, error=error, next_try_at=waiting.again(row.tries + 1, at))


def _forget(at: datetime) -> None:
    over = Heard.objects.filter(at__lt=at - KEPT, state__in=[Heard.State.DONE, Heard.State.DISCARDED])
    Heard.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:BATCH])).delete()
