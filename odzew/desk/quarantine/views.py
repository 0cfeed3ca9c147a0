"""Quarantine: what nobody could read, shown raw, and still owed an answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations.models import Conversation, Message
from odzew.desk.drawn import drawn
from odzew.desk.person import asking, writing
from odzew.desk.quarantine import heard
from odzew.desk.quarantine.held import held
from odzew.domain.obligation import Refused
from odzew.intake import again
from odzew.intake.models import Raw
from odzew.lib.clock import now

AT_ONCE = 100
SHOWN = 100_000  # characters of the raw text


@login_required
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what could not be read."""
    rows = held(asking(request)).defer("content").select_related("account").order_by("pk")
    found = list(rows[: AT_ONCE + 1])
    told = heard.listed(asking(request), AT_ONCE + 1)
    more = max(len(found), len(told)) > AT_ONCE
    context = {"now": now(), "raws": found[:AT_ONCE], "told": told[:AT_ONCE], "more": more}
    part = "_list.html" if request.headers.get("HX-Target") == "held" else "quarantine.html"
    return drawn(request, f"desk/quarantine/{part}", context)


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one payload as it came, with what a person can do about it."""
    return drawn(request, "desk/quarantine/one.html", _shown(request, _find(request, number)))


@login_required
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Try to read it again, after the desk has learned more."""
    person, raw = writing(request), _find(request, number)
    try:
        again.retry(raw, person, now())
    except Refused as refusal:
        return _refused(request, raw, refusal)
    messages.success(request, gettext("It could be read. The conversation shows what it says."))
    return redirect("quarantine")


@login_required
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Take it out of the quarantine without an answer, with a name and a reason."""
    person, raw = writing(request), _find(request, number)
    try:
        again.discard(raw, person, request.POST.get("reason", ""), now())
    except Refused as refusal:
        return _refused(request, raw, refusal)
    messages.success(request, gettext("Discarded, with your name and your reason. The bytes are kept."))
    return redirect("quarantine")


def _find(request: HttpRequest, number: int) -> Raw:
    raw = held(asking(request)).filter(pk=number).select_related("account").first()
    if raw is None:
        raise Http404(gettext("It is not in the quarantine any more, or it came to another team."))
    return raw


def _shown(request: HttpRequest, raw: Raw) -> dict[str, object]:
    # The team whose door it came to may read it; only the team that has to answer sees the conversation.
    talks = Conversation.objects.visible_to(asking(request))
    message = Message.objects.filter(raw=raw.pk, conversation__in=talks).first()
    text = bytes(raw.content[: 4 * SHOWN]).decode("utf-8", "replace")[:SHOWN]
    return {"now": now(), "raw": raw, "message": message, "text": text, "cut": raw.size > len(text.encode())}


def _refused(request: HttpRequest, raw: Raw, refusal: Refused) -> HttpResponse:
    context = _shown(request, raw) | {"refusal_title": gettext("Not done"), "refusals": [str(refusal)]}
    return drawn(request, "desk/quarantine/one.html", context, status=409)
