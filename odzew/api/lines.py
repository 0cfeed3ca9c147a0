"""Where lines tell of calls: POST /hooks/phone/NAME, each signed with the line's secret (docs/phone.md)."""

import logging
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from odzew.api.measured import is_longer
from odzew.api.problems import AWAY, Problem, answer
from odzew.calls import door
from odzew.conversations.call import Line
from odzew.lib.clock import now
from odzew.lib.payloads import Forged, Headers, Unreadable
from odzew.lib.plain import plain
from odzew.lib.ready import Ready
from odzew.lib.sealing import CannotOpen

log = logging.getLogger(__name__)
LARGEST = 100_000  # bytes of what is told
STATUS: dict[type[Exception], int] = {Forged: 401, Unreadable: 422, CannotOpen: 500}
FAULTS = (Forged, Unreadable, CannotOpen, DatabaseError)


_CALLED = Ready(lambda name, kind: Line.objects.filter(slug=name, kind=kind, active=True))


@csrf_exempt  # no cookie opens it; the signature takes the token's place
@require_POST
def told(request: HttpRequest, name: str) -> HttpResponse:
    """Hear a line: 204 when the event is on disk, 4xx when it should not be told again as it is."""
    line = find(name, Line.Kind.GENERIC)
    if line is None:
        return answer(Problem(404, "No line is called so here."))
    if is_longer(request, LARGEST):
        return answer(Problem(413, f"An event may have {LARGEST} bytes."))
    try:
        door.hear(line, headers(request), request.body, now())
    except FAULTS as fault:
        return refused(line, fault)
    return HttpResponse(status=204)


def find(name: str, kind: str) -> Line | None:
    """Return the line of this kind that is called so and in use."""
    return next(iter(_CALLED(name, kind)), None)


def headers(request: HttpRequest) -> Headers:
    """Return the headers of a request by their names in small letters."""
    return {name.lower(): value for name, value in request.headers.items()}


def refused(line: Line, fault: Exception) -> HttpResponse:
    """Say why, in the log and on the page of the line too: not every exchange shows it, or tells again."""
    if isinstance(fault, DatabaseError):  # the page of the line cannot be reached either
        log.error("Line %s: not kept: %s", line.slug, fault)
        return answer(Problem(503, AWAY, {"Retry-After": "60"}))
    status = STATUS[type(fault)]
    log.warning("Line %s: refused (%d): %s", line.slug, status, fault)
    if status != HTTPStatus.UNAUTHORIZED:  # a stranger may knock as often as he likes
        Line.objects.filter(pk=line.pk).update(refused_at=now(), refused=plain(str(fault), 500))
    return answer(Problem(status, str(fault)))


urlpatterns = [path("hooks/phone/<slug:name>", told, name="line-told")]
