"""Whether the doors of messengers are well: their provider is asked, and a door that is shut is owed.

A refused token, an address that updates do not reach, and a silence longer than any before it look the
same to who waits for messages: nothing comes. So they are one thing, an outage (odzew/probes).
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.channels import registry
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.watching import note
from odzew.intake.models import Raw
from odzew.ledger import reasons
from odzew.lib.plain import plain
from odzew.probes import outages

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
PATIENCE = timedelta(minutes=10)  # a provider that stumbles for a moment is no alarm
LOOKED_BACK = 50  # messages that say what is usual
ENOUGH = 10  # of fewer nothing can be said
TIMES_USUAL = 3
NO_LESS = timedelta(days=1)


def step(now: datetime) -> int:
    """Look at the messengers whose turn it is, and return how many there were."""
    doors = Account.objects.filter(active=True, channel__in=list(registry.CHATS)).order_by("pk")
    due = [door for door in doors if _is_due(door, now)]
    for door in due:
        look(door, now)
    return 0  # the loop rests whatever there was


def look(account: Account, now: datetime) -> str:
    """Ask how a door is, raise or end its alarm, and return what is wrong; empty when it is well."""
    wrong = _asked(account, now) or _silent(account, now)
    if not wrong:
        note(account, asked_at=now.isoformat(), ill_since="", wrong="")
        with transaction.atomic():
            outages.end(account, now, why=reasons.WELL_AGAIN)
        return ""
    since = account.state.get("ill_since") or now.isoformat()
    note(account, asked_at=now.isoformat(), ill_since=since, wrong=wrong)
    began = datetime.fromisoformat(since)
    if now - began >= PATIENCE:
        log.error("The door %s is shut: %s", account.address, wrong)
        with transaction.atomic():
            outages.begin(account, began, plain(wrong, 500), now, again=reasons.STILL_ILL)
    return wrong


def _is_due(account: Account, now: datetime) -> bool:
    asked = account.state.get("asked_at")
    # A moment in the future is of a clock that jumped.
    return not asked or not timedelta(0) <= now - datetime.fromisoformat(asked) < EVERY


def _asked(account: Account, now: datetime) -> str:
    try:
        registry.look(account, now)
    except ChannelError as error:
        return str(error)
    return ""


def _silent(account: Account, now: datetime) -> str:
    """Say when nothing has come for longer than ever lately, of a door that is much used."""
    rows = Raw.objects.filter(account=account).order_by("-pk").values_list("received_at", flat=True)
    moments = sorted(rows[:LOOKED_BACK])
    if len(moments) < ENOUGH:
        return ""
    usual = max(later - sooner for sooner, later in zip(moments, moments[1:], strict=False))
    silence = now - moments[-1]
    if silence <= max(NO_LESS, TIMES_USUAL * usual):
        return ""
    said = _("Nothing has come for %(hours)d hours; the longest silence before was of %(usual)d.")
    hour = timedelta(hours=1)
    return said % {"hours": silence // hour, "usual": usual // hour}
