"""The worker that carries what is kept into the history, a batch at a time."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Q

from odzew.channels.base import Inbound
from odzew.intake import quarantine
from odzew.intake.accept import accept
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from odzew.lib.clock import now

log = logging.getLogger(__name__)
BATCH = 100
BATCH_BYTES = 32 * 2**20
LEASE = timedelta(seconds=60)
TRIES = 3
AGAIN_AFTER = timedelta(seconds=2)


class Drain:
    """Carries payloads through reading and acceptance; one for each worker."""

    def __init__(self, reader: Reader | None = None) -> None:
        self.reader = reader or Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)

    def step(self) -> int:
        """Carry one batch, and return how many payloads it held; none are lost if it is cut short."""
        rows = _claim(now())
        if rows:
            self.carry(rows)
        return len(rows)

    def carry(self, rows: Sequence[Raw]) -> None:
        """Read and accept payloads; whatever fails alone is tried again alone, then quarantined."""
        good = []
        jobs = [(row.account.channel, bytes(row.content), row.envelope) for row in rows]
        for row, said in zip(rows, self.reader.read_all(jobs), strict=True):
            if isinstance(said, Inbound):
                row.error = ""
                good.append((row, said))
            else:
                _put_off(row, said)
        _accept_all(good)


def release() -> None:
    """Free the payloads a worker held when it was killed; only when no other one runs."""
    Raw.objects.filter(state=Raw.State.KEPT, tries=0).update(next_try_at=None)


def _claim(at: datetime) -> list[Raw]:
    free = Raw.objects.filter(state=Raw.State.KEPT).filter(Q(next_try_at=None) | Q(next_try_at__lte=at))
    numbers = _within_bytes(free.order_by("pk").values_list("pk", "size")[:BATCH])
    if connection.vendor == "postgresql" and numbers:
        # Several workers share the store: whoever sets the lease first has the batch.
        numbers = [n for n in numbers if free.filter(pk=n).update(next_try_at=at + LEASE)]
    return list(Raw.objects.filter(pk__in=numbers).select_related("account").order_by("pk"))


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
    except OperationalError:
        raise  # the database is not there: the whole batch waits, nobody's fault
    except Exception:
        log.exception("A batch of %d was not accepted; each is tried alone.", len(good))
        for row, said in good:
            _accept_one(row, said)


def _accept_one(row: Raw, said: Inbound) -> None:
    try:
        accept([(row, said)], now())
    except OperationalError:
        raise
    except Exception as error:
        log.exception("Payload %d was not accepted.", row.pk)
        _put_off(row, f"{type(error).__name__}: {error}")


def _put_off(row: Raw, error: str) -> None:
    row.tries += 1
    row.error = error[:2000]
    row.next_try_at = now() + AGAIN_AFTER * row.tries
    row.save(update_fields=["tries", "error", "next_try_at"])
    if row.tries >= TRIES:
        accept([(row, quarantine.as_it_came(row))], now())
