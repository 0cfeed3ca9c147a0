"""What becomes of a probe: it came out, late or in time, or it is lost; and what the books say then.

Whoever writes holds the row of the probe first, then the books, so that two never wait for each other.
"""

import logging
from datetime import datetime

from django.db import transaction

from odzew.channels.base import Inbound
from odzew.lib.plain import plain
from odzew.probes import outages, sign
from odzew.probes.models import Probe

log = logging.getLogger(__name__)
AT_ONCE = 100
SAID_AT_MOST = 500  # characters of what a server said
Arrived = Probe.State.ARRIVED
Lost = Probe.State.LOST


def step(now: datetime) -> int:
    """Give up the probes that did not come out in time, and return how many there were."""
    numbers = list(Probe.objects.under_way().filter(due_at__lte=now).values_list("pk", flat=True)[:AT_ONCE])
    return sum(lose(number, "", now) for number in numbers)


@transaction.atomic
def lose(number: int, said: str, now: datetime) -> bool:
    """Give a probe up, raise the alarm and open the debt, once; `said` is what went wrong, if it is known."""
    probe = _held(number)
    if probe is None or probe.state in (Arrived, Lost):
        return False
    probe.state, probe.said = Lost, plain(said, SAID_AT_MOST) or probe.said
    probe.save(update_fields=["state", "said"])
    log.error("%s", _line(probe, "lost"))
    if probe.account.active:
        outages.begin(probe.account, probe.sent_at or probe.wanted_at, probe.said, now)
    return True


@transaction.atomic
def take(number: int, inbound: Inbound, now: datetime, wrong: str = "") -> bool:
    """Let a probe have come out, and return whether the message is one; a report of its loss is one too.

    Whatever is not signed by us, is too old, or holds more than a probe that came already, is none.
    `wrong` says why what was kept and read could not be taken into the history.
    """
    probe = _held(number)
    if probe is None or not sign.proves(probe, inbound, now):
        return False
    if inbound.bounce is not None:
        back = [each.said for each in inbound.bounce.recipients if each.permanent]
        if back:  # else it is only slow
            lose(number, "; ".join(back), now)
        return True
    if wrong:
        lose(number, wrong, now)
        return True
    if probe.arrived_at is not None:
        return sign.is_bare(inbound)  # a second copy; with a stranger's words in it, it is his
    _arrive(probe, now)
    return True


def _arrive(probe: Probe, now: datetime) -> None:
    in_time = probe.state != Lost and now <= probe.due_at
    probe.arrived_at = now
    if in_time:
        probe.state = Arrived
    probe.save(update_fields=["state", "arrived_at"])
    log.info("%s", _line(probe, "arrived" if in_time else "late"))
    if in_time:
        outages.end(probe.account, now)


def _held(number: int) -> Probe | None:
    rows = Probe.objects.select_for_update(of=("self",)).select_related("account")
    return rows.filter(pk=number).first()


def _line(probe: Probe, what: str) -> str:
    sent = probe.sent_at.isoformat() if probe.sent_at else "never"
    said = " ".join(probe.said.split()).replace('"', "'")
    door = f"door={probe.account.address} channel={probe.account.channel}"
    return f'probe={probe.pk} {door} state={what} sent={sent} said="{said}"'
