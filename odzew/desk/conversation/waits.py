"""A reply that waits: taken back into the draft, or sent at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import later
from odzew.desk import numbers
from odzew.desk.conversation.shown import find
from odzew.desk.conversation.views import refuse
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now


@login_required
@require_POST
def waits(request: HttpRequest, number: int) -> HttpResponse:
    """Take a reply back that has not gone out, or let it go now."""
    author, talk = writing(request), find(request, number)
    message = numbers.number(request.POST.get("message", "")) or 0
    try:
        if request.POST.get("do") == "now":
            later.send_now(talk, message, author, now())
            said = gettext("It goes out now.")
        else:
            later.take_back(talk, message, author, now())
            said = gettext("It is back in the draft and was not sent.")
    except Refused as refusal:
        return refuse(request, talk, gettext("Not done"), refusal)
    messages.success(request, said)
    return redirect(f"{reverse('conversation', args=[talk.pk])}#reply")
