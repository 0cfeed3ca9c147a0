"""The door of lines: what is told is proven, read, and kept; the worker does it once, in one transaction."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import QueryDict

from odzew.calls import neutral, twilio
from odzew.calls.events import Told, What
from odzew.calls.record import record
from odzew.calls.twilio import Step
from odzew.conversations.call import CallEvent, Line
from odzew.hearing import keep as hearing
from odzew.hearing.keep import Said
from odzew.hearing.models import Heard
from odzew.hearing.work import Door
from odzew.lib import sealing
from odzew.lib.payloads import Headers, digest

log = logging.getLogger(__name__)
NAME = "line"  # of this door, among those of the worker


def hear(line: Line, headers: Headers, body: bytes, now: datetime) -> None:
    """Keep what a line tells by Standard Webhooks; when this returns, the exchange may forget it.

    :raises Forged: when it is not proven to be the line's
    :raises Unreadable: when it is not what a line is said to send
    :raises django.db.Error: when it cannot be kept
    """
    call = neutral.proven(headers, body, secret_of(line), now)
    _keep_raw(line, call, body, neutral.told(body, call), {"kind": line.kind}, now)


def hear_twilio(line: Line, step: Step, body: bytes, now: datetime) -> None:
    """Keep what Twilio tells at a step, once it is proven (`twilio.check`).

    :raises Unreadable: when it names no call
    :raises django.db.Error: when it cannot be kept
    """
    told = twilio.told(step, QueryDict(body).dict(), now)
    envelope = {"kind": line.kind, "step": step.value}
    _keep_raw(line, f"{step}:{digest(body)}", body, told, envelope, now)


def was_answered(line: Line, key: str) -> bool:
    """Return whether one of ours has taken a call of Twilio's, also while the worker has not come to it."""
    done = CallEvent.objects.filter(call__line=line, call__key=key, what=What.ANSWERED)
    # Only what tells something is kept: of this step, that a key was pressed.
    waits = Heard.objects.filter(door=NAME, of=line.pk, about=key, envelope__step=Step.TAKEN.value)
    return done.exists() or waits.exclude(state=Heard.State.DONE).exists()


def work(row: Heard, now: datetime) -> Collection[str]:
    """Do what a kept call of a line tells; nothing waits for it.

    :raises Refused: when a law of the books stands against it
    """
    line = Line.objects.select_related("team", "account").get(pk=row.of)
    for one in _told(row):
        record(line, one, now)
    _note(line, row.at)
    return ()


def _told(row: Heard) -> list[Told]:
    body = bytes(row.content)
    if row.envelope["kind"] == Line.Kind.TWILIO:
        # The moments Twilio does not name are those at which it called.
        return twilio.told(Step(row.envelope["step"]), QueryDict(body).dict(), row.at)
    return neutral.told(body, row.name)


def _keep_raw(
    line: Line, name: str, body: bytes, told: Sequence[Told], envelope: Mapping[str, str], now: datetime
) -> None:
    if not told:
        _note(line, now)
        return
    hearing.keep(
        Said(door=NAME, of=line.pk, name=name, content=body, envelope=envelope, about=told[0].call), now
    )


def keep(line: Line, told: Sequence[Told], now: datetime) -> None:
    """Do what an exchange told that tells nothing again: all of it, or nothing.

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
    _note(line, now)


def _note(line: Line, at: datetime) -> None:
    rows = Line.objects.filter(Q(heard_at=None) | Q(heard_at__lt=at), pk=line.pk)
    rows.update(heard_at=at)


def secret_of(line: Line) -> str:
    """Return the secret a line signs with."""
    return str(sealing.open_json(line.secret, settings.SECRET_KEY)["secret"])


def sealed(secret: str) -> str:
    """Return a secret as it is kept."""
    return sealing.seal_json({"secret": secret}, settings.SECRET_KEY)


def _name(number: int) -> str:
    return Line.objects.get(pk=number).name


DOOR = Door(do=work, name=_name)
