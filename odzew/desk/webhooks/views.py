"""The pages of webhooks."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from odzew.desk import cursor
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.desk.webhooks.form import WebhookForm
from odzew.desk.webhooks.words import EVENTS, STATES
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.lib.sealing import CannotOpen
from odzew.staff import acts
from odzew.webhooks import failing, keeping, secret
from odzew.webhooks.events import TEST
from odzew.webhooks.models import Delivery, Webhook

SHOWN = 50
WAITING, GIVEN_UP = Delivery.State.WAITING, Delivery.State.GIVEN_UP


@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """List the webhooks."""
    administrator(request)
    counts = {
        "waiting": Count("deliveries", Q(deliveries__state=WAITING)),
        "given_up": Count("deliveries", Q(deliveries__state=GIVEN_UP)),
    }
    rows = Webhook.objects.annotate(**counts).order_by("name", "pk")
    return drawn(request, "desk/webhooks/webhooks.html", {"hooks": rows, "now": now()})


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Make a webhook; its secret is shown this once."""
    administrator(request)
    form = WebhookForm(None, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    said = form.cleaned_data
    hook = keeping.make(said["name"], said["url"], said["types"], now())
    if not said["active"]:
        hook = keeping.change(hook, **said)
    acts.tell(thing="webhook", number=hook.pk, facts={"secret": "new"})
    return _page(request, WebhookForm(hook), hook, secret=secret.of(hook))


@login_required
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a webhook, and see what it was told."""
    administrator(request)
    hook = get_object_or_404(Webhook, pk=number)
    form = WebhookForm(hook, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, hook, status=422 if form.errors else 200)
    keeping.change(hook, **form.cleaned_data)
    messages.success(request, gettext("Kept."))
    return redirect("webhook", number)


@login_required
@require_POST
@never_cache
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """Give a webhook a new secret, which is shown this once."""
    administrator(request)
    found = get_object_or_404(Webhook, pk=number)
    try:
        hook = keeping.renew(number, now())
    except CannotOpen as fault:
        acts.refused()
        return _page(request, WebhookForm(found), found, status=409, fault=str(fault))
    acts.tell(facts={"secret": "new"})
    return _page(request, WebhookForm(hook), hook, secret=secret.of(hook))


@login_required
@require_POST
def test(request: HttpRequest, number: int) -> HttpResponse:
    """Send a test, and show what came of it."""
    administrator(request)
    hook = get_object_or_404(Webhook, pk=number)
    outcome = keeping.test(hook, now())
    return _page(request, WebhookForm(hook), hook, outcome=outcome)


@login_required
@require_POST
def let_be(request: HttpRequest, number: int) -> HttpResponse:
    """Leave what could not be told, with a reason."""
    person = administrator(request)
    hook = get_object_or_404(Webhook, pk=number)
    try:
        failing.let_be(hook.pk, person, request.POST.get("why", ""), now())
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    return redirect("webhook", number)


@login_required
@require_POST
def all_again(request: HttpRequest, number: int) -> HttpResponse:
    """Send again whatever was given up."""
    administrator(request)
    keeping.all_again(get_object_or_404(Webhook, pk=number), now())
    messages.success(request, gettext("It goes in a moment. What comes of it stands here."))
    return redirect("webhook", number)


@login_required
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was told, word by word, and what came of it."""
    administrator(request)
    row = get_object_or_404(Delivery.objects.select_related("webhook"), pk=number)
    tries = [{**one, "at": datetime.fromisoformat(one["at"])} for one in reversed(row.past)]
    context = {
        "row": row,
        "tries": tries,
        "event": EVENTS.get(row.type, row.type),
        "state": _state(row),
        "now": now(),
    }
    return drawn(request, "desk/webhooks/delivery.html", context)


@login_required
@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Send something again."""
    administrator(request)
    row = get_object_or_404(Delivery.objects.select_related("webhook"), pk=number)
    try:
        keeping.again(row.webhook, number, now())
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("It goes in a moment. What comes of it stands here."))
    return redirect("webhook-delivery", number)


def _page(
    request: HttpRequest, form: WebhookForm, hook: Webhook | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "hook": hook, "now": now(), **more}
    if hook is not None:
        context |= _log(request, hook)
    return drawn(request, "desk/webhooks/one.html", context, status=status)


def _log(request: HttpRequest, hook: Webhook) -> dict[str, Any]:
    rows, before = hook.deliveries.order_by("-pk"), request.GET.get("before", "")
    if before.isdecimal() and int(before) < 2**63:
        rows = rows.filter(pk__lt=int(before))
    size = SHOWN * cursor.pages(request.GET)
    found = list(rows.defer("body")[: size + 1])
    return {
        "log": [(row, EVENTS.get(row.type, row.type), _state(row)) for row in found[:size]],
        "after": f"?before={found[size - 1].pk}" if len(found) > size else "",
        "given_up": hook.deliveries.filter(state=GIVEN_UP).count(),
    }


def _state(row: Delivery) -> str:
    if row.state == Delivery.State.LEFT and row.type == TEST:
        return gettext("not taken")
    return str(STATES[Delivery.State(row.state)])
