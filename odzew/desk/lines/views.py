"""The pages of lines."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from odzew.calls import deaf
from odzew.calls.twilio import Step
from odzew.conversations.call import Line
from odzew.desk import moments
from odzew.desk.drawn import drawn
from odzew.desk.lines.form import LineForm
from odzew.desk.person import administrator
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff import acts

# The worker writes the others meanwhile.
CHANGED = ("name", "slug", "kind", "number", "team", "account", "places", "active", "secret", "exchange")
SILENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line and how it fares; `light` is ok, bad, wait, or nothing."""

    line: Line
    light: str
    words: str


@login_required
def lines(request: HttpRequest) -> HttpResponse:
    """List the lines."""
    administrator(request)
    at = now()
    rows = Line.objects.select_related("team").order_by("name", "pk")
    shown = [Shown(line, *_health(line, at)) for line in rows]
    return drawn(request, "desk/lines/lines.html", {"lines": shown, "now": at})


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Connect a line."""
    administrator(request)
    return _keep(request, Line(created_at=now()))


@login_required
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a line."""
    administrator(request)
    return _keep(request, get_object_or_404(Line, pk=number))


@login_required
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say that a line is heard again and was looked after, or why it is let be."""
    person = administrator(request)
    get_object_or_404(Line, pk=number)
    try:
        mended = request.POST.get("how") == "mended"
        deaf.settle(number, person, request.POST.get("said", ""), now(), mended=mended)
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    return redirect("line", number)


def _health(line: Line, at: datetime) -> tuple[str, str]:
    if not line.active:
        return "", gettext("Not in use")
    if line.wrong:
        return "bad", gettext("Not connected: %(why)s") % {"why": line.wrong}
    if line.kind == Line.Kind.ASTERISK and line.heard_at is None and line.listened_at:
        return "ok", gettext("Connected; no calls yet")
    if line.heard_at is None:
        return "wait", gettext("Nothing heard yet")
    ago = {"ago": moments.ago(line.heard_at, at)}
    if at - line.heard_at > SILENT:
        return "bad", gettext("Silent: heard last %(ago)s. Does the exchange still tell of calls?") % ago
    return "ok", gettext("Heard last %(ago)s") % ago


def _keep(request: HttpRequest, line: Line) -> HttpResponse:
    form = LineForm(line, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    made = form.keep()
    line.save(update_fields=None if line._state.adding else CHANGED)
    if not line.active or line.kind != Line.Kind.ASTERISK:
        deaf.rest(line.pk)
    is_new = bool(made or form.cleaned_data["secret"])  # as good as a sign-in: it pays (docs/adr/0036)
    acts.tell(thing="line", number=line.pk, facts={"secret": "new"} if is_new else {})
    if made:  # a page and no redirect: it is shown this once
        return _page(request, LineForm(line), secret=made)
    messages.success(request, gettext("Kept."))
    return redirect("lines")


def _addresses(line: Line) -> list[str]:
    """Return where it is told of calls; of Twilio where it asks, then where it tells of the whole call."""
    if not line.pk or line.kind == Line.Kind.ASTERISK:
        return []
    if line.kind == Line.Kind.TWILIO:
        return [reverse("twilio-told", args=[line.slug, step]) for step in (Step.CALL, Step.STATUS)]
    return [reverse("line-told", args=[line.slug])]


def _deaf(line: Line, at: datetime) -> str:
    if line.deaf_since is not None:
        return gettext("Not connected since %(since)s.") % {"since": moments.day(line.deaf_since, at)}
    if line.owed_for is None:
        return ""
    since = {"since": moments.day(line.owed_for, at)}
    return gettext("The connection was lost (%(since)s) and is back.") % since


def _page(request: HttpRequest, form: LineForm, status: int = 200, secret: str = "") -> HttpResponse:
    line = form.line
    site = settings.SITE_URL.rstrip("/")
    context = {
        "form": form,
        "line": line,
        "secret": secret,
        "deaf": _deaf(line, now()),
        "addresses": [site + address for address in _addresses(line)],
    }
    return drawn(request, "desk/lines/one.html", context, status=status)
