"""Calls of which the line told no end: nobody who rang may be forgotten with the word that was lost."""

from datetime import datetime, timedelta

from django.db import transaction

from odzew.calls.events import What
from odzew.calls.record import held, settle
from odzew.conversations.call import Call, CallEvent

AT_ONCE = 50
# So long nothing was told: no telephone rings for ten minutes, nobody listens to music for an hour.
SILENT = {
    Call.State.RINGING: timedelta(minutes=10),
    Call.State.ON_HOLD: timedelta(hours=1),
    Call.State.TALKING: timedelta(hours=12),
}
NAME = "desk: the line told no end"


def step(now: datetime) -> int:
    """End some calls that went silent, at the last moment known of them, and return how many."""
    found = 0
    for state, silence in SILENT.items():
        rows = Call.objects.filter(state=state, changed_at__lt=now - silence)
        numbers = list(rows.order_by("changed_at").values_list("pk", flat=True)[:AT_ONCE])
        found += sum(_end(number, now - silence, now) for number in numbers)
    return found


@transaction.atomic
def _end(number: int, until: datetime, now: datetime) -> bool:
    call = held(number)
    if call.state not in SILENT or call.changed_at >= until:
        return False
    last = CallEvent.objects.filter(call=call).order_by("-at").first()
    if last is None:
        return False
    # Should the line tell an end after all, a later one, that is the end (calls/course.py).
    CallEvent.objects.get_or_create(
        call=call, name=NAME, defaults={"what": What.ENDED, "at": last.at, "heard_at": now}
    )
    settle(call, now)
    return True
