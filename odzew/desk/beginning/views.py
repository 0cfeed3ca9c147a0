"""Begin a conversation with somebody who has not written about it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.conversations import beginning
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.models import Identity
from odzew.desk import numbers
from odzew.desk.drawn import drawn
from odzew.desk.person import asking, teams, writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff import acts

MOST = 5  # open conversations that are offered instead


@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """Ask whom to write to and about what, and lead to the reply box of the new conversation."""
    author = writing(request)
    if request.method != "POST":
        return drawn(request, "desk/beginning/begin.html", _shown(request, request.GET))
    try:
        account = mailboxes(request).filter(pk=numbers.number(request.POST.get("account", "")) or 0).first()
        if account is None:
            raise Refused(gettext("Choose the mailbox to write from."))
        if "another" not in request.POST and _also_open(request, request.POST.get("to", "")):
            raise Refused(
                gettext(
                    "There is an open conversation already: go on there, or tick that this is another matter."
                )
            )
        to, name, subject = (request.POST.get(field, "") for field in ("to", "name", "subject"))
        talk = beginning.begin(account, author, to, name, subject, now())
    except Refused as refusal:
        context = {**_shown(request, request.POST), "refusal": str(refusal)}
        return drawn(request, "desk/beginning/begin.html", context, 409)
    acts.tell(number=talk.pk)
    return redirect(f"{reverse('conversation', args=[talk.pk])}#reply")


def _shown(request: HttpRequest, form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "form": {name: form.get(name, "") for name in ("to", "name", "subject", "account")},
        "mailboxes": list(mailboxes(request)),
        "also": _also_open(request, str(form.get("to", ""))),
    }


def mailboxes(request: HttpRequest) -> "QuerySet[Account]":
    """Return the mailboxes the person's teams answer."""
    rows = Account.objects.filter(channel="email", active=True, in_charge__isnull=False)
    if not asking(request).sees_everything:
        rows = rows.filter(in_charge__team__in=teams(request))
    return rows.select_related("in_charge__team").order_by("name", "address")


def _also_open(request: HttpRequest, to: str) -> list[Conversation]:
    """Return what is open with whoever has this address, of what the person may see."""
    known = (
        Identity.objects.filter(kind="email", value=to.strip().lower(), forged=False).first() if to else None
    )
    if known is None:
        return []
    rows = Conversation.objects.visible_to(asking(request)).matters()
    here = rows.filter(customer__in=kin.numbers(known.customer), status=Conversation.Status.OPEN)
    return list(here.order_by("-last_at")[:MOST])
