"""The door of lines: what is told is proven, read, and done once, in one transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction

from odzew.calls import neutral
from odzew.calls.events import Told
from odzew.calls.record import record
from odzew.conversations.call import Line
from odzew.lib import sealing
from odzew.lib.payloads import Headers

log = logging.getLogger(__name__)


def hear(line: Line, headers: Headers, body: bytes, now: datetime) -> None:
    """Do what a line tells by Standard Webhooks; told again, it is done once.

    :raises Forged: when it is not proven to be the line's
    :raises Unreadable: when it is not what a line is said to send
    :raises Refused: when the books stand against it; then nothing is kept
    """
    call = neutral.proven(headers, body, secret_of(line), now)
    keep(line, neutral.told(body, call), now)


def keep(line: Line, told: Sequence[Told], now: datetime) -> None:
    """Keep what was told and proven: all of it, or nothing.

    Should the database let go of it, as of one of two that wait for each other, it is done once more: not
    every line tells again.

    :raises OperationalError: when the database is away; nothing is kept
    """
    try:
        _keep(line, told, now)
    except OperationalError:
        log.warning("Line %s: told again what the database let go of", line.slug, exc_info=True)
        _keep(line, told, now)


@transaction.atomic
def _keep(line: Line, told: Sequence[Told], now: datetime) -> None:
    for one in told:
        record(line, one, now)
    Line.objects.filter(pk=line.pk).update(heard_at=now)


def secret_of(line: Line) -> str:
    """Return the secret a line signs with."""
    return str(sealing.open_json(line.secret, settings.SECRET_KEY)["secret"])


def sealed(secret: str) -> str:
    """Return a secret as it is kept."""
    return sealing.seal_json({"secret": secret}, settings.SECRET_KEY)
