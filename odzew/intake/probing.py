"""Probes among what comes in: tried to the end as a customer's mail would be, and then set aside (F5)."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import Error, transaction

from odzew.channels.base import Inbound
from odzew.intake.models import Raw
from odzew.probes import judge, sign
from odzew.probes.models import Probe

log = logging.getLogger(__name__)
Batch = Sequence[tuple[Raw, Inbound]]
Write = Callable[[Batch, datetime], int]


def set_aside(batch: Batch, now: datetime, write: Write) -> list[tuple[Raw, Inbound]]:
    """Return what is no probe of ours; each probe is settled in a transaction of its own.

    It has to be apart: whoever writes a message holds conversations before the books.

    :raises django.db.Error: when the database does not take it; then all of it waits
    """
    return [(raw, said) for raw, said in batch if not _is_probe(raw, said, now, write)]


def _is_probe(raw: Raw, said: Inbound, now: datetime, write: Write) -> bool:
    number = sign.named(said)
    probe = Probe.objects.filter(pk=number).first() if number is not None else None
    if probe is None or not sign.proves(probe, said, now):
        return False
    wrong = _rehearsed(raw, said, now, write) if said.bounce is None else ""
    with transaction.atomic():
        if not judge.take(probe.pk, said, now, wrong):
            return False
        Raw.objects.filter(pk=raw.pk, state=Raw.State.KEPT).update(state=Raw.State.PROBE, next_try_at=None)
    return True


def _rehearsed(raw: Raw, said: Inbound, now: datetime, write: Write) -> str:
    """Write it into the history and the books as if a customer had sent it, take all of that back, and
    return what went wrong: a door that keeps mail nobody can take in is shut."""
    try:
        with transaction.atomic():
            write([(raw, said)], now)
            transaction.set_rollback(True)
    except Error:
        raise
    except Exception as error:
        log.exception("A probe was kept and read, and could not be taken into the history.")
        return f"{type(error).__name__}: {error}"
    return ""
