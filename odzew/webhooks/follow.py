"""The one maker of deliveries: it follows the journal by its numbers, and takes what was stirred besides.

Any number of workers may run it: whoever holds the row of `Followed` goes on where the last one ended,
in one transaction with the deliveries. So each is made once, whatever crashes (docs/adr/0042).
"""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from odzew.ledger import reasons
from odzew.ledger.followed import lines_after
from odzew.ledger.story import Line
from odzew.webhooks import events
from odzew.webhooks.events import Event
from odzew.webhooks.models import Delivery, Followed, Stirred, Webhook

AT_ONCE = 500
# While nothing is new, these are looks at the ends of indexes.
IS_NEWS = """
SELECT EXISTS (SELECT 1 FROM odzew_webhook WHERE active) AND (
    COALESCE((SELECT MAX(seq) FROM odzew_head), 0) > COALESCE((SELECT MAX(seq) FROM odzew_followed), 0)
    OR EXISTS (SELECT 1 FROM odzew_stirred))
"""


def step(now: datetime) -> int:
    """Make deliveries of what is new by now, and return how many things were looked at."""
    if not _is_news():
        return 0
    with transaction.atomic():
        held = Followed.held()
        lines, rows = _next(held.seq)
        tell(_in_order(lines, rows, now), now)
        Stirred.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if lines:
            Followed.objects.filter(pk=1).update(seq=lines[-1].seq)
    return len(lines) + len(rows)


def tell(told: Sequence[Event], now: datetime) -> None:
    """Let each event wait for every webhook that wants it, in their order."""
    hooks = list(Webhook.objects.filter(active=True).order_by("pk"))
    rows = [made(hook, event, now) for event in told for hook in hooks if _is_wanted(hook, event)]
    Delivery.objects.bulk_create(rows, batch_size=500)


def made(hook: Webhook, event: Event, now: datetime) -> Delivery:
    """Return a delivery that is not kept yet, in the words of Standard Webhooks."""
    said = {"type": event.type, "timestamp": event.at.astimezone(UTC), "data": event.data}
    return Delivery(
        webhook=hook,
        name=f"msg_{uuid.uuid4().hex}",
        type=event.type,
        lane=event.lane,
        body=json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")),
        made_at=now,
        next_at=now,
    )


def _is_news() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_NEWS)
        return bool(cursor.fetchone()[0])


def _is_wanted(hook: Webhook, event: Event) -> bool:
    return not hook.types or event.type in hook.types


def _next(seq: int) -> tuple[list[Line], list[Stirred]]:
    """Return what comes next of both, so that nothing is taken which stands behind something left over."""
    lines, stirred = lines_after(seq, AT_ONCE), Stirred.objects.order_by("seq", "pk")
    if len(lines) == AT_ONCE:
        stirred = stirred.filter(seq__lte=lines[-1].seq)
    rows = list(stirred[:AT_ONCE])
    if len(rows) == AT_ONCE:
        lines = [line for line in lines if line.seq <= rows[-1].seq]
    return lines, rows


def _in_order(lines: Sequence[Line], rows: Sequence[Stirred], now: datetime) -> list[Event]:
    # What came from another desk happened there, perhaps years ago.
    lines = [line for line in lines if line.entry.reason != reasons.FROM_ANOTHER_DESK]
    # A row stands behind the last line that was written when it was.
    told = [((line.seq, 0, 0), event) for line, event in zip(lines, events.of_lines(lines), strict=True)]
    stirred = events.of_rows(rows, now)
    told += [((row.seq, 1, row.pk), stirred[row.pk]) for row in rows if row.pk in stirred]
    return [event for _place, event in sorted(told, key=lambda one: one[0])]
