"""Making a webhook, changing it, trying it, and sending something again."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain.obligation import Refused
from odzew.ledger import followed
from odzew.lib import outward
from odzew.webhooks import events, follow, secret, send, triggers
from odzew.webhooks.models import LONG_AGO, Delivery, Followed, Stirred, Webhook
from odzew.webhooks.outcome import Outcome

KEPT = timedelta(days=30)
AT_ONCE = 500


@transaction.atomic
def make(name: str, url: str, types: Collection[str], now: datetime) -> Webhook:
    """Tell another program what happens from now on.

    :raises Refused: when its address is none we call
    """
    hook = Webhook.objects.create(secret=secret.sealed(), created_at=now, active=False)
    return change(hook, name=name, url=url, types=types, active=True)


@transaction.atomic
def change(hook: Webhook, *, name: str, url: str, types: Collection[str], active: bool) -> Webhook:
    """Set what a webhook is told, and whether it is; what happened while it was off, it is not told.

    :raises Refused: when its address is none we call
    """
    if not outward.is_https(url):
        raise Refused(_("The address must begin with https:// and name a server."))
    held = Followed.held()
    # As it is now: whoever sends may have noted a failure, or a debt, since it was read.
    hook = Webhook.objects.select_for_update().get(pk=hook.pk)
    if active and not Webhook.objects.filter(active=True).exists():
        triggers.arm()
        # Nobody was told: it begins with what comes now.
        Stirred.objects.all().delete()
        Followed.objects.filter(pk=held.pk).update(seq=followed.last())
    if active and not hook.active:
        hook.stopped_at, hook.stopped, hook.fails, hook.failing_since = None, "", 0, None
        hook.free_at = LONG_AGO
    hook.name, hook.url, hook.active = name, url, active
    hook.types = [one for one in events.TYPES if one in types]
    hook.save()
    return hook


@transaction.atomic
def renew(number: int, now: datetime) -> Webhook:
    """Give a webhook a new secret; for a day it is signed with both."""
    hook = Webhook.objects.select_for_update().get(pk=number)
    hook.secret = secret.renewed(hook, now)
    hook.save(update_fields=["secret"])
    return hook


def test(hook: Webhook, now: datetime) -> Outcome:
    """Send a webhook a test at once, also when it is off, and return what came of it."""
    said = events.Event(events.TEST, now, "", {"webhook": hook.pk, "try": uuid.uuid4().hex})
    row = follow.made(hook, said, now)
    row.state = Delivery.State.LEFT  # nobody tries it again
    row.save()
    outcome = send.once(hook, row)
    Delivery.objects.filter(pk=row.pk).update(
        state=Delivery.State.DONE if outcome.is_taken else Delivery.State.LEFT,
        tries=1,
        tried_at=now,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        said=outcome.said,
    )
    return outcome


def again(hook: Webhook, number: int, now: datetime) -> None:
    """Send something again under its old name, whatever became of it; it is in no order any more.

    :raises Refused: when it waits, or is a test
    """
    rows = hook.deliveries.filter(pk=number).exclude(state=Delivery.State.WAITING).exclude(type=events.TEST)
    if not _wait_again(rows.values_list("pk", flat=True), now):
        raise Refused(_("It waits already, or was only a test."))


def all_again(hook: Webhook, now: datetime) -> int:
    """Send again whatever was given up, and return how much that is."""
    rows = hook.deliveries.filter(state=Delivery.State.GIVEN_UP)
    return _wait_again(rows.values_list("pk", flat=True), now)


def _wait_again(numbers: Collection[int], now: datetime) -> int:
    return Delivery.objects.filter(pk__in=list(numbers)).update(
        state=Delivery.State.WAITING, lane="", next_at=now, tries=0, tried_first_at=None
    )


def step(now: datetime) -> int:
    """Take away what is settled, or waits for a webhook that is off, since long; return how much."""
    old = Delivery.objects.filter(made_at__lt=now - KEPT).exclude(state=Delivery.State.GIVEN_UP)
    gone = list(old.exclude(state=Delivery.State.WAITING, webhook__active=True).values_list("pk")[:AT_ONCE])
    return Delivery.objects.filter(pk__in=[number for (number,) in gone]).delete()[0]
