"""Chats: list, make, change, and make the secret anew by which a shop says who a visitor is."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from odzew.channels import chats as channel, registry
from odzew.channels.models import Account
from odzew.desk.chats.form import ChatForm
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.lib.clock import now
from odzew.lib.secret import new_secret
from odzew.staff import acts
from odzew.staff.models import AccountTeam

OF_THE_FORM = ("name", "address", "active", "settings")


@login_required
def chats(request: HttpRequest) -> HttpResponse:
    """List the chats, with how many faults each has."""
    administrator(request)
    rows = Account.objects.filter(channel=channel.CHANNEL).select_related("in_charge__team")
    listed = [(row, sum(not check.ok for check in registry.check(row))) for row in rows.order_by("address")]
    return drawn(request, "desk/chats/chats.html", {"listed": listed})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a chat."""
    administrator(request)
    return _edit(request, Account(channel=channel.CHANNEL, created_at=now()))


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a chat."""
    administrator(request)
    return _edit(request, _find(number))


@login_required
@require_POST
@never_cache
def secret(request: HttpRequest, number: int) -> HttpResponse:
    """Make the secret of the shop anew and show it this once; tokens signed with the old one end."""
    administrator(request)
    account, made = _find(number), new_secret()
    account.secrets = {**account.secrets, "identity": made}
    account.save(update_fields=["sealed"])
    acts.tell(thing="chat", number=account.pk, facts={"secret": "new"})
    return _page(request, ChatForm(account), 200, made)


def _find(number: int) -> Account:
    found = Account.objects.filter(channel=channel.CHANNEL, pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such chat."))
    return found


def _edit(request: HttpRequest, account: Account) -> HttpResponse:
    form = ChatForm(account, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, 422 if form.errors else 200)
    account = form.filled()
    with transaction.atomic():
        account.save(update_fields=OF_THE_FORM if account.pk else None)
        AccountTeam.objects.update_or_create(account=account, defaults={"team": form.cleaned_data["team"]})
        acts.tell(number=account.pk)
    messages.success(request, gettext("Kept."))
    return redirect("chat", account.pk)


def _page(request: HttpRequest, form: ChatForm, status: int, made: str = "") -> HttpResponse:
    account = form.account
    context: dict[str, object] = {"form": form, "chat": account, "secret": made}
    if account.pk:
        site = settings.SITE_URL.rstrip("/")
        context |= {
            "address": site + reverse("chat-page", args=[account.address]),
            "script": site + reverse("chat-widget"),
            "desk": site,
            "checks": registry.check(account),
            "has_secret": bool(account.secrets.get("identity")),
        }
    return drawn(request, "desk/chats/one.html", context, status=status)
