"""Which doors are tried, how often, and by which way; the settings of an account say it.

`Account.settings["probe"]`: `{"on": true, "minutes": 60, "way": "server"}` (odzew/channels/email/README.md).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from odzew.channels import registry
from odzew.channels.models import Account

EVERY = (15, 30, 60, 240, 1440)  # minutes; each more than PATIENCE, so that probes of one door never overtake
USUAL = 60
PATIENCE = timedelta(minutes=10)  # until then it has to come out
SPREAD = timedelta(seconds=37)  # so that the doors are not tried all at one moment


@dataclass(frozen=True, slots=True)
class Plan:
    """How one door is tried. `way` is `server` (its own SMTP server), `door` (the desk's) or `page`.

    Empty, when there is none: the SMTP door would say nothing about a mailbox that is read by IMAP.
    """

    on: bool
    every: timedelta
    way: str


def of(account: Account) -> Plan:
    """Return how a door is tried."""
    said = account.settings.get("probe") or {}
    way = _way(account, said.get("way", ""))
    return Plan(
        on=bool(said.get("on") and account.active and way),
        every=timedelta(minutes=said.get("minutes") or USUAL),
        way=way,
    )


def _way(account: Account, said: str) -> str:
    if account.channel == "webform":
        return "page"
    if account.channel in registry.CHATS:
        return ""  # its provider is asked instead (odzew/intake/well.py)
    reads, sends = (bool((account.settings.get(part) or {}).get("host")) for part in ("imap", "smtp"))
    if reads:
        return "server" if sends else ""
    return "server" if sends and said != "door" else "door"


def moment(account: Account, every: timedelta, now: datetime) -> datetime:
    """Return the last moment at which a probe of a door was to go; the same for all workers."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC) + account.pk * SPREAD
    return epoch + (now - epoch) // every * every
