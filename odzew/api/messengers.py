"""Where messengers call: POST /hooks/CHANNEL/NAME, each call proven as its provider proves it."""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from odzew.api.measured import is_longer
from odzew.api.problems import Problem, answer
from odzew.channels import registry
from odzew.channels.models import Account
from odzew.channels.watching import Damaged, Forged, Heard, note
from odzew.intake import mailboxes
from odzew.intake.keep import keep
from odzew.lib.clock import now
from odzew.lib.sealing import CannotOpen

log = logging.getLogger(__name__)
LARGEST = 4_000_000  # bytes of a call


@csrf_exempt  # no cookie opens it; the proof of the provider takes the token's place
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, channel: str, name: str) -> HttpResponse:
    """Keep what a messenger brings: 200 when it is on disk; after anything else it is brought again."""
    account = _find(channel, name)
    if account is None:
        return answer(Problem(404, "No door is called so here."))
    if is_longer(request, LARGEST):
        return answer(Problem(413, f"A call may have {LARGEST} bytes."))
    try:
        return _greeted(account, request) if request.method == "GET" else _kept(account, request)
    except Forged as fault:
        return answer(Problem(401, str(fault)))
    except Damaged as fault:
        log.warning("Of %s came something that is not whole: %s", account.address, fault)
        return answer(Problem(400, str(fault)))
    except (DatabaseError, CannotOpen) as fault:
        log.error("What %s brought could not be kept: %s", account.address, fault)
        return answer(Problem(503, "It cannot be kept now.", {"Retry-After": "60"}))


def _find(channel: str, name: str) -> Account | None:
    if channel not in registry.CHATS:
        return None
    return Account.objects.filter(channel=channel, active=True, settings__hook=name).first()


def _kept(account: Account, request: HttpRequest) -> HttpResponse:
    headers = {name.lower(): value for name, value in request.headers.items()}
    brought = registry.hear(account, Heard(headers, request.body), now())
    keep([mailboxes.payload(one.account, account.channel, one.letter) for one in brought])
    newest: dict[int, list[datetime]] = defaultdict(list)
    for one in brought:
        newest[one.account].append(one.letter.received_at)
    for door in Account.objects.filter(pk__in=newest):
        note(door, last_mail_at=max(newest[door.pk]).isoformat())
    return HttpResponse(status=200)


def _greeted(account: Account, request: HttpRequest) -> HttpResponse:
    """Answer a provider that asks whether this address is ours (Graph API, "Verification requests")."""
    said = registry.greet(account, request.GET.dict())
    note(account, greeted_at=now().isoformat())
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


urlpatterns = [path("hooks/<slug:channel>/<slug:name>", call, name="messenger-call")]
