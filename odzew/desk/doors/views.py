"""Trying a door at once, and saying what was done about one that lets nothing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.channels.models import Account
from odzew.desk.person import administrator, writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.probes import plan, send, settle
from odzew.probes.models import Outage, Probe
from odzew.staff import acts


@login_required
@require_POST
def attempt(request: HttpRequest, number: int) -> HttpResponse:
    """Let a probe of a door go now."""
    administrator(request)
    account = Account.objects.filter(pk=number, active=True).first()
    if account is None or not plan.of(account).way:
        raise Http404(gettext("There is no such door."))
    if Probe.objects.under_way().filter(account=account).exists():
        acts.refused()
        messages.error(request, gettext("A probe is on its way already; see what becomes of it."))
    else:
        at = now()
        send.ask(account, at, at)
        messages.success(request, gettext("A probe goes in a moment. What it finds stands here."))
    return redirect("webform", number) if account.channel == "webform" else redirect("mailboxes")


@login_required
@require_POST
def mend(request: HttpRequest, number: int) -> HttpResponse:
    """Say that a door is mended, or why it is let be."""
    person = writing(request)
    outage = Outage.objects.standing().visible_to(person).filter(account=number).first()
    if outage is None:
        raise Http404(gettext("There is no such door, or it lets mail in again."))
    try:
        mended = request.POST.get("how") == "mended"
        settle.settle(outage, person, request.POST.get("said", ""), now(), mended=mended)
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Written down. The next probe tells whether mail comes in."))
    return redirect("mailboxes")
