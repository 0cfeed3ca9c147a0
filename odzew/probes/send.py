"""Probes that are due go out, each once: the row is claimed before anything leaves (docs/adr/0034)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from odzew.channels import registry
from odzew.channels.base import ChannelError, Outgoing
from odzew.channels.models import Account
from odzew.lib.clock import now
from odzew.lib.plain import plain
from odzew.probes import judge, page, plan, sign
from odzew.probes.models import Probe
from odzew.staff.models import Team

AGAIN_AFTER = timedelta(minutes=1)  # as a customer's server would, while it is sure that nothing went
Asked = Probe.State.ASKED
Sending = Probe.State.SENDING


class Sender:
    """Sends probes, one after another, until it is told to stop."""

    def __init__(self, pause: float = page.PAUSE) -> None:
        self.stop = Event()
        self.pause = pause

    def step(self) -> int:
        """Send the probes whose moment has come, and return how many there were."""
        ask_due(now())
        waiting = Probe.objects.under_way().filter(state=Asked, next_at__lte=now())
        probes = list(waiting.select_related("account").order_by("next_at", "pk"))
        return sum(self._send(probe) for probe in probes if not self.stop.is_set())

    def _send(self, probe: Probe) -> bool:
        if not _claimed(probe, now()):
            return False  # another worker was first
        try:
            with translation.override(_language(probe)):
                self._hand_in(probe)
        except ChannelError as error:
            _not_handed_in(probe, error, now())
        else:
            _still_sending(probe).update(state=Probe.State.WAITING, said="")
        return True

    def _hand_in(self, probe: Probe) -> None:
        ways: dict[str, Callable[[Probe], None]] = {"server": _by_server, "door": _by_door}
        way = plan.of(probe.account).way
        if way in ways:
            ways[way](probe)
        else:
            page.fill_in(probe, self.stop, self.pause)


def ask_due(now: datetime) -> None:
    """Write down the probes whose moment has come; of several workers each moment is taken once."""
    for account in Account.objects.filter(active=True, settings__probe__on=True).order_by("pk"):
        how = plan.of(account)
        if not how.on:
            continue
        wanted = plan.moment(account, how.every, now)
        probes = Probe.objects.filter(account=account)
        if not probes.filter(wanted_at__gte=wanted).exists() and not probes.under_way().exists():
            ask(account, wanted, now)


def ask(account: Account, wanted_at: datetime, now: datetime) -> None:
    """Write down that a door is to be tried; twice for one moment is once."""
    probe = Probe(account=account, wanted_at=wanted_at, next_at=now, due_at=now + plan.PATIENCE)
    Probe.objects.bulk_create([probe], ignore_conflicts=True)


def _claimed(probe: Probe, now: datetime) -> bool:
    probe.sent_at = probe.sent_at or now
    asked = Probe.objects.filter(pk=probe.pk, state=Asked)
    return bool(asked.update(state=Sending, sent_at=probe.sent_at))


def _not_handed_in(probe: Probe, error: ChannelError, now: datetime) -> None:
    said = plain(str(error), judge.SAID_AT_MOST)
    if error.permanent:
        judge.lose(probe.pk, said, now)
    elif error.in_doubt:
        _still_sending(probe).update(said=said)
    else:
        _still_sending(probe).update(state=Asked, next_at=now + AGAIN_AFTER, said=said)


def _language(probe: Probe) -> str:
    # What went wrong is read by those who answer this door.
    team = Team.objects.filter(in_charge_of__account=probe.account_id).first()
    return team.language if team else settings.LANGUAGE_CODE


def _still_sending(probe: Probe) -> "QuerySet[Probe]":
    # It may be here by now, or given up.
    return Probe.objects.filter(pk=probe.pk, state=Sending)


def _by_server(probe: Probe) -> None:
    account = probe.account
    registry.sender("email")(account, _letter(probe, account.address, account.domain))


def _by_door(probe: Probe) -> None:
    host, _colon, port = settings.SMTP_PROBE.rpartition(":")
    line = {"host": host, "port": int(port), "security": "none"}
    stranger = f"probe@{settings.SMTP_NAME}"
    sender = Account(channel="email", address=stranger, settings={"smtp": line})
    registry.sender("email")(sender, _letter(probe, stranger, settings.SMTP_NAME))


def _letter(probe: Probe, sender: str, domain: str) -> Outgoing:
    return Outgoing(
        sender_name="",
        sender=sender,
        to=(("", probe.account.address),),
        subject=sign.of(probe),
        text=sign.TEXT,
        message_id=sign.message_id(probe, domain),
        date=now(),
    )
