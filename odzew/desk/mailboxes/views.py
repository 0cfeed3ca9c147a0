"""Mailboxes: connect, test, see how they are doing, and settle what is in doubt."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.channels import registry
from odzew.channels.models import Account
from odzew.conversations.models import Conversation, Message
from odzew.desk.doors.shown import shut
from odzew.desk.drawn import drawn
from odzew.desk.mailboxes.form import Mailbox
from odzew.desk.mailboxes.state import boxes, visible
from odzew.desk.person import administrator, asking
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.models import AccountTeam, Person

AT_ONCE = 50
# Never `state`: the cursors in it are the door's, which moves them while a person fills in the form.
OF_THE_FORM = ("name", "address", "active", "settings", "sealed")


@login_required
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Show every mailbox, how it is doing, and what is in doubt."""
    person, at = asking(request), now()
    context = {"now": at, "boxes": boxes(person, at), "troubled": _troubled(person)}
    context["shut"] = shut(person, at)
    part = "_list.html" if request.headers.get("HX-Target") == "boxes" else "mailboxes.html"
    return drawn(request, f"desk/mailboxes/{part}", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Connect a mailbox."""
    administrator(request)
    return _edit(request, Account(channel="email", created_at=now()))


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a mailbox."""
    administrator(request)
    return _edit(request, _find(request, number))


@login_required
@require_POST
def test(request: HttpRequest, number: int) -> HttpResponse:
    """Try both servers of a mailbox and say what came of it."""
    administrator(request)
    account = _find(request, number)
    return _form(request, Mailbox(account), {"checks": registry.check(account)})


def _edit(request: HttpRequest, account: Account) -> HttpResponse:
    form = Mailbox(account, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form)
    account = form.filled()
    with transaction.atomic():
        account.save(update_fields=OF_THE_FORM if account.pk else None)
        AccountTeam.objects.update_or_create(account=account, defaults={"team": form.cleaned_data["team"]})
        acts.tell(number=account.pk)
        acts.keep()
    if "test" in request.POST:
        return _form(request, Mailbox(_find(request, account.pk)), {"checks": registry.check(account)})
    messages.success(request, gettext("The mailbox is kept."))
    return redirect("mailboxes")


def _form(request: HttpRequest, form: Mailbox, more: dict[str, Any] | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "account": form.account, **(more or {})}
    return drawn(request, "desk/mailboxes/one.html", context, status=422 if form.errors else 200)


def _troubled(person: Person) -> list[Message]:
    """Return what went out and nobody knows whether it arrived, and what did not arrive."""
    states = [Message.State.IN_DOUBT, Message.State.FAILED]
    talks = Conversation.objects.visible_to(person).filter(pk=OuterRef("conversation"))
    rows = Message.objects.unfinished().filter(Exists(talks), state__in=states)
    return list(rows.select_related("conversation__customer", "author").order_by("-pk")[:AT_ONCE])


def _find(request: HttpRequest, number: int) -> Account:
    account = visible(asking(request)).filter(pk=number).first()
    if account is None:
        raise Http404(gettext("There is no such mailbox."))
    return account
