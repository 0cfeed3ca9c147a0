"""A call that nobody answered and no line told of, written down by its number, whoever it was."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from odzew.calls import by_hand
from odzew.conversations.holding import NotAllowed
from odzew.desk import numbers
from odzew.desk.beginning.views import mailboxes
from odzew.desk.conversation.acts import moment
from odzew.desk.drawn import drawn
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff import acts

FIELDS = ("number", "name", "day", "hour", "account")


@login_required
def rang(request: HttpRequest) -> HttpResponse:
    """Ask who called and when, and lead to the conversation in which a call back is owed."""
    author = writing(request)
    if request.method != "POST":
        return _page(request)
    said = request.POST
    try:
        account = mailboxes(request).filter(pk=numbers.number(said.get("account", "")) or 0).first()
        if account is None:
            raise Refused(gettext("Choose who calls back."))
        number, name = said.get("number", ""), said.get("name", "")
        call = by_hand.rang(account, author, number, name, moment(request), now())
    except (Refused, NotAllowed) as refusal:
        acts.refused()
        return _page(request, str(refusal), 409)
    acts.tell(number=call.conversation_id)
    messages.success(request, gettext("A call back is owed since then."))
    return redirect("conversation", call.conversation_id)


def _page(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localtime(now()).date().isoformat()
    form = {field: request.POST.get(field, "") for field in FIELDS}
    form["day"] = form["day"] or today
    context = {"form": form, "today": today, "mailboxes": list(mailboxes(request)), "refusal": refusal}
    return drawn(request, "desk/calls/rang.html", context, status)
