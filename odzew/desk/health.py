"""Whether the desk lives, whether it can take mail, and the figures a monitor collects."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import Error
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse

from odzew.conversations.models import Message
from odzew.desk.doors import figures as doors
from odzew.hearing.models import Heard
from odzew.intake.models import Raw
from odzew.ledger import counters
from odzew.lib.clock import now

log = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=2)
LOOPBACK = {"127.0.0.1", "::1"}


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and what is kept gets into the history."""
    try:
        oldest = _oldest()
    except Error:  # what it says names hosts and users, and anybody may ask here
        log.exception("The database does not answer.")
        return JsonResponse({"ready": False, "why": "the database does not answer"}, status=503)
    if oldest is not None and now() - oldest > STUCK_AFTER:
        why = f"what came waits since {oldest.isoformat()}; is a worker running?"
        return JsonResponse({"ready": False, "why": why}, status=503)
    return JsonResponse({"ready": True})


def _oldest() -> datetime | None:
    """Return since when something waits to be looked at; what was looked at waits for something else."""
    mail = Raw.objects.filter(state=Raw.State.KEPT).aggregate(at=Min("received_at"))["at"]
    told = Heard.objects.filter(state=Heard.State.KEPT, tries=0).aggregate(at=Min("at"))["at"]
    return min((at for at in (mail, told) if at is not None), default=None)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures in the Prometheus text format 0.0.4, to peers on this machine only."""
    if request.META.get("REMOTE_ADDR") not in LOOPBACK or "HTTP_X_FORWARDED_FOR" in request.META:
        return HttpResponse("Ask from this machine.\n", status=403, content_type="text/plain")
    owed, late = _owed(now())
    lines = [
        "# TYPE odzew_owed gauge",
        *(f'odzew_owed{{kind="{kind}"}} {count}' for kind, count in sorted(owed.items()) if count),
        "# TYPE odzew_late gauge",
        f"odzew_late {late}",
        "# TYPE odzew_payloads_waiting gauge",
        f"odzew_payloads_waiting {Raw.objects.filter(state=Raw.State.KEPT).count()}",
        "# TYPE odzew_quarantined gauge",
        f"odzew_quarantined {Raw.objects.filter(state=Raw.State.QUARANTINED).count()}",
        "# TYPE odzew_calls_waiting gauge",
        f"odzew_calls_waiting {Heard.objects.filter(state=Heard.State.KEPT).count()}",
        "# TYPE odzew_calls_held gauge",
        f"odzew_calls_held {Heard.objects.filter(state=Heard.State.HELD).count()}",
        "# TYPE odzew_outbox gauge",
        *(f'odzew_outbox{{state="{state}"}} {count}' for state, count in _outbox()),
        *doors.figures(),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _owed(at: datetime) -> tuple[Counter[str], int]:
    """Return how much of each kind is owed, and what of all that is late, however much there is."""
    owed, lines = Counter[str](), counters.at(at)
    for line in lines:
        owed[line.kind] += line.open
    return owed, sum(line.late for line in lines)


def _outbox() -> list[tuple[str, int]]:
    states = (Message.State.QUEUED, Message.State.SENDING, Message.State.IN_DOUBT, Message.State.FAILED)
    return [(state, Message.objects.unfinished().filter(state=state).count()) for state in states]
