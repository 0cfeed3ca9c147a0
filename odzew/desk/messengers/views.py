"""Messengers: connect, test, and see how they are doing."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from odzew.channels import registry
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.desk.doors.shown import shut
from odzew.desk.drawn import drawn
from odzew.desk.messengers.form import FORMS, Messenger, kept
from odzew.desk.messengers.state import doors, visible
from odzew.desk.person import administrator, asking
from odzew.intake import well
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.models import AccountTeam

# Never `state`: what the door saw last is the door's.
OF_THE_FORM = ("name", "address", "active", "settings", "sealed")


@login_required
def messengers(request: HttpRequest) -> HttpResponse:
    """Show every messenger and how it is doing."""
    person, at = asking(request), now()
    context = {"doors": doors(person, at), "shut": shut(person, at), "now": at}
    return drawn(request, "desk/messengers/messengers.html", context)


@login_required
@never_cache
def telegram(request: HttpRequest) -> HttpResponse:
    """Connect a Telegram bot."""
    return _new(request, "telegram")


@login_required
@never_cache
def whatsapp(request: HttpRequest) -> HttpResponse:
    """Connect a WhatsApp number."""
    return _new(request, "whatsapp")


@login_required
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a messenger."""
    administrator(request)
    account = visible(asking(request)).filter(pk=number).first()
    if account is None:
        raise Http404(gettext("There is no such messenger."))
    return _edit(request, account)


def _new(request: HttpRequest, channel: str) -> HttpResponse:
    administrator(request)
    return _edit(request, Account(channel=channel, created_at=now()))


def _edit(request: HttpRequest, account: Account) -> HttpResponse:
    form = FORMS[account.channel](account, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid() or not _is_connected(form):
        return _page(request, form)
    with transaction.atomic():
        account.save(update_fields=OF_THE_FORM if account.pk else None)
        AccountTeam.objects.update_or_create(account=account, defaults={"team": form.cleaned_data["team"]})
        acts.tell(number=account.pk)
        acts.keep()
    if "test" in request.POST:
        found = registry.check(account)
        well.look(account, now())
        return _page(request, FORMS[account.channel](account), {"checks": found})
    messages.success(request, gettext("Kept."))
    # What has to be entered at WhatsApp stands on its page.
    return redirect("messenger", account.pk) if account.channel == "whatsapp" else redirect("messengers")


def _is_connected(form: Messenger) -> bool:
    """Let the provider say whether what was entered is right, before anything of it is kept."""
    account = form.filled()
    if not account.active and account.pk:
        return True
    try:
        registry.connect(account, settings.SITE_URL)
    except ChannelError as error:
        form.add_error(form.SECRETS[0], str(error))
        return False
    if Account.objects.filter(address=account.address).exclude(pk=account.pk).exists():
        form.add_error(form.SECRETS[0], gettext("This one is connected already."))
        return False
    return True


def _page(request: HttpRequest, form: Messenger, more: dict[str, Any] | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "account": form.account, **(more or {})}
    context["kind"] = registry.CHATS[form.account.channel]
    if form.account.pk and form.account.channel == "whatsapp":
        path = reverse("messenger-call", args=["whatsapp", form.account.settings.get("hook", "-")])
        context["address"] = settings.SITE_URL.rstrip("/") + path
        context["verify"] = kept(form.account).get("verify", "")
    return drawn(request, "desk/messengers/one.html", context, status=422 if form.errors else 200)
