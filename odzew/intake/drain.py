"""The worker that carries what is kept into the history, a batch at a time."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.conf import settings
from django.db import Error, OperationalError, connection

from odzew.channels.base import Inbound
from odzew.channels.models import Account
from odzew.intake import proving, quarantine
from odzew.intake.accept import accept
from odzew.intake.models import Raw
from odzew.intake.reader import Ended, Job, Reader
from odzew.lib.among import Among
from odzew.lib.clock import now
from odzew.lib.ready import Ready
from odzew.queue import waiting

log = logging.getLogger(__name__)
AT_ONCE = BATCH = 100
NOBODY = 0  # the number of no payload
BATCH_BYTES = 32 * 2**20
LEASE = timedelta(seconds=60)
NEVER_SO_LONG = timedelta(hours=1)  # no lease and no wait of a payload's is longer


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A batch that is being read while the one before it is written."""

    rows: list[Raw]
    said: "Future[list[Inbound | str]]"


class Drain:
    """Carries payloads through reading and acceptance; one for each worker."""

    def __init__(self, reader: Reader | None = None) -> None:
        self.reader = reader or Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)
        self.ahead: _Ahead | None = None
        self.held: list[int] = []  # what we have leased, or may have, and not written yet
        self.was_cut_short = False

    def step(self) -> int:
        """Carry one batch, and return how many payloads it held; none are lost if it is cut short."""
        try:
            self._take_up_again()
            return self._step()
        except Error:
            self.was_cut_short = True
            raise

    def _step(self) -> int:
        if self.ahead is None:
            self.held = []
        batch, self.ahead = self.ahead or self._begin(), None
        if batch is None:
            return 0
        try:
            said = batch.said.result()
        except Ended:
            return 0
        # Two processors: the reader takes the next batch while this one is written.
        ahead = self._begin(batch.rows)
        _write(batch.rows, said)
        # Kept only now: what came later must not overtake what could not be written.
        self.ahead, self.held = ahead, [row.pk for row in ahead.rows] if ahead else []
        return len(batch.rows)

    def _take_up_again(self) -> None:
        # The database was away: what we held then waits for its return, not for the end of our lease.
        if self.was_cut_short:
            Raw.objects.filter(pk__in=self.held, state=Raw.State.KEPT).update(next_try_at=None)
            self.held, self.was_cut_short = [], False

    def carry(self, rows: Sequence[Raw]) -> None:
        """Read and accept payloads; whatever fails alone is tried again alone, then quarantined."""
        _write(rows, self.reader.read_all(_jobs(rows)))

    def _begin(self, besides: Sequence[Raw] = ()) -> _Ahead | None:
        at = now()
        numbers = _due(at, [row.pk for row in besides])
        # Before the lease: a database that dies may have written it and not said so.
        self.held += numbers
        rows = _claim(numbers, at)
        return _Ahead(rows, self.reader.begin(_jobs(rows))) if rows else None


def _jobs(rows: Sequence[Raw]) -> Iterator[Job]:
    # Made where they are read: asking the DNS about senders holds up nothing that is being written.
    for row, envelope in zip(rows, proving.envelopes(rows), strict=True):
        yield row.channel, bytes(row.content), envelope


def _write(rows: Sequence[Raw], said: Sequence[Inbound | str]) -> None:
    good: list[tuple[Raw, Inbound]] = []
    bad: list[tuple[Raw, str]] = []
    for row, words in zip(rows, said, strict=True):
        if isinstance(words, Inbound):
            row.error = row.envelope.get("held", "")  # what the door held off is read, and kept apart
            good.append((row, words))
        else:
            bad.append((row, words))
    _accept_all(good)
    for row, error in bad:  # last: whatever goes wrong with them holds up nobody
        _put_off(row, error)


def release() -> None:
    """Free the payloads a worker held when it was killed; only when no other one runs."""
    Raw.objects.filter(state=Raw.State.KEPT, tries=0).update(next_try_at=None)


def _due(at: datetime, besides: Sequence[int]) -> list[int]:
    return _within_bytes(_FREE(at, at + NEVER_SO_LONG, besides or (NOBODY,))[:BATCH])


_FREE = Ready(
    lambda at, never, besides: (
        Raw.objects.filter(waiting.turn(at, never), state=Raw.State.KEPT)
        .exclude(pk__in=Among(besides))
        .order_by("pk")
        .values_list("pk", "size")[:AT_ONCE]
    )
)
# Several workers share the store: whoever locks a row first has it, the others take the next.
# `_FREE`, written out.
_LEASE = """
UPDATE odzew_raw SET next_try_at = %s WHERE id IN (
    SELECT id FROM odzew_raw WHERE id = ANY(%s) AND state = 'kept'
    AND (next_try_at IS NULL OR next_try_at <= %s OR next_try_at > %s)
    ORDER BY id FOR UPDATE SKIP LOCKED
) RETURNING *
"""


def _claim(numbers: list[int], at: datetime) -> list[Raw]:
    if connection.vendor == "postgresql" and numbers:
        rows = [*Raw.objects.raw(_LEASE, [at + LEASE, numbers, at, at + NEVER_SO_LONG])]
    else:
        rows = _ROWS(numbers)
    accounts = {account.pk: account for account in _ACCOUNTS({row.account_id for row in rows})}
    for row in rows:
        row.account = accounts[row.account_id]
    return sorted(rows, key=attrgetter("pk"))


_ROWS = Ready(lambda numbers: Raw.objects.filter(pk__in=Among(numbers)))
_ACCOUNTS = Ready(lambda numbers: Account.objects.filter(pk__in=Among(numbers)))


def _within_bytes(sizes: Iterable[tuple[int, int]]) -> list[int]:
    numbers: list[int] = []
    total = 0
    for number, size in sizes:
        total += size
        if numbers and total > BATCH_BYTES:
            break
        numbers.append(number)
    return numbers


def _accept_all(good: Sequence[tuple[Raw, Inbound]]) -> None:
    try:
        accept(good, now())
    except OperationalError as error:
        if not waiting.is_its_own_fault(error):
            raise  # the database is not there: the whole batch waits, nobody's fault
        _accept_each(good)
    except Exception:
        _accept_each(good)


def _accept_each(good: Sequence[tuple[Raw, Inbound]]) -> None:
    log.exception("A batch of %d was not accepted; each is tried alone.", len(good))
    for row, said in good:
        _accept_one(row, said)


def _accept_one(row: Raw, said: Inbound) -> None:
    try:
        accept([(row, said)], now())
    except Exception as error:
        if isinstance(error, OperationalError) and not waiting.is_its_own_fault(error):
            raise
        log.exception("Payload %d was not accepted.", row.pk)
        _put_off(row, f"{type(error).__name__}: {error}")


def _put_off(row: Raw, error: str) -> None:
    row.tries += 1
    row.error = error[:2000]
    row.next_try_at = waiting.again(row.tries, now())
    row.save(update_fields=["tries", "error", "next_try_at"])
    if row.tries >= waiting.TRIES:
        accept([(row, quarantine.as_it_came(row))], now())
