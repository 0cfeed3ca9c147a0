"""Telling: what waits for a webhook goes out one after the other, over one line.

A crash between an answer and its note sends the same once more, under the same name: it is told at
least once. Only whoever moved `free_at` on tells a webhook, so that what has one lane stays in its order.
"""

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db.models import DateTimeField, OuterRef, Subquery

from odzew.lib import outward, sealing
from odzew.lib.clock import monotonic, now
from odzew.lib.outward import authorities
from odzew.lib.payloads import Forged
from odzew.lib.plain import plain
from odzew.webhooks import failing, secret
from odzew.webhooks.models import LONG_AGO, Delivery, Webhook
from odzew.webhooks.outcome import Outcome, wait_of

log = logging.getLogger(__name__)
AT_ONCE = 100
HELD = timedelta(minutes=2)  # by whoever tells it; longer than `LONG_ENOUGH` and one answer
LONG_ENOUGH = 45.0  # seconds for one webhook, then it is another's turn
SECONDS = 15.0  # to answer in (Standard Webhooks: 15 to 30)
WAITING = Delivery.State.WAITING
draw = random.SystemRandom()


def step(at: datetime) -> int:
    """Tell one webhook what waits for it, and return 1, or 0 when nothing is due."""
    due = Delivery.objects.filter(state=WAITING, next_at__lte=at, webhook__active=True)
    free = due.exclude(webhook__free_at__gt=at, webhook__free_at__lte=at + failing.LONGEST_REST + HELD)
    first = free.order_by("next_at", "pk").select_related("webhook").first()
    if first is None:
        return 0
    hook = first.webhook
    if claim(hook, at):
        _tell(hook, _next(hook, at))
    return 1


def claim(hook: Webhook, at: datetime) -> bool:
    """Let nobody else tell a webhook for a while, and return whether nobody did already."""
    mine = Webhook.objects.filter(pk=hook.pk, free_at=hook.free_at, active=True)
    return bool(mine.update(free_at=at + HELD))


def _next(hook: Webhook, at: datetime) -> list[Delivery]:
    """Return what may go now; what stands behind something put off is put off as long."""
    before = Delivery.objects.filter(
        webhook=hook, state=WAITING, lane=OuterRef("lane"), pk__lt=OuterRef("pk"), next_at__gt=at
    ).exclude(lane="")
    rows = Delivery.objects.filter(webhook=hook, state=WAITING, next_at__lte=at)
    held = Subquery(before.order_by("-next_at").values("next_at")[:1], output_field=DateTimeField())
    found = list(rows.annotate(held_until=held).order_by("pk")[:AT_ONCE])
    for row in found:
        if row.held_until is not None:
            Delivery.objects.filter(pk=row.pk).update(next_at=row.held_until)
    return [row for row in found if row.held_until is None]


def _tell(hook: Webhook, rows: Sequence[Delivery]) -> None:
    """Send some of the rows, until one thing after the other fails or it has taken long enough."""
    end, shut, failed = monotonic() + LONG_ENOUGH, set[str](), 0
    try:
        with outward.opened(_way(hook), authorities(), seconds=SECONDS) as hand_in:
            for row in rows:
                if row.lane and row.lane in shut:
                    continue
                if failed >= 3 or monotonic() > end:
                    break
                outcome = _sent(hand_in, hook, row)
                if _settled(hook, row, outcome):
                    failed = 0
                elif outcome.wait:
                    break
                else:
                    shut.add(row.lane)
                    failed += 1
    except (outward.NotOutside, sealing.CannotOpen, Forged) as error:
        for row in rows[:1]:
            _settled(hook, row, Outcome(None, 0, plain(str(error), 500)))
    Webhook.objects.filter(pk=hook.pk, fails=0).update(free_at=LONG_AGO)


def _settled(hook: Webhook, row: Delivery, outcome: Outcome) -> bool:
    return failing.settle(hook.pk, row, outcome, now(), draw.uniform(1, 1.2))


def once(hook: Webhook, row: Delivery) -> Outcome:
    """Send one delivery now, whatever else waits, and return what came of it."""
    try:
        with outward.opened(_way(hook), authorities(), seconds=SECONDS) as hand_in:
            return _sent(hand_in, hook, row)
    except (outward.NotOutside, sealing.CannotOpen, Forged) as error:
        return Outcome(None, 0, plain(str(error), 500))


def _way(hook: Webhook) -> outward.Way:
    return outward.way(hook.url, inside=settings.PRIVATE_HOSTS)


def _sent(hand_in: outward.HandIn, hook: Webhook, row: Delivery) -> Outcome:
    at, began, body = now(), monotonic(), row.body.encode()
    headers = secret.headers(hook, row.name, at, body) | {"Content-Type": "application/json"}
    try:
        answer = hand_in(body, headers)
    except httpx.HTTPError as error:
        return Outcome(None, _since(began), plain(f"{type(error).__name__}: {error}", 500))
    said = plain(answer.content.decode("utf-8", "replace"), 500)
    return Outcome(answer.status, _since(began), said, wait_of(answer.status, answer.retry_after, now()))


def _since(began: float) -> int:
    return round((monotonic() - began) * 1_000)
