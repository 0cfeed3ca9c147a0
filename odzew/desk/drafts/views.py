"""Drafts: what I have begun to write and not sent, the newest first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from odzew.conversations import later
from odzew.conversations.draft import Draft
from odzew.conversations.models import Conversation
from odzew.desk.person import asking
from odzew.lib.clock import now

MOST = 200  # nobody has more in hand; what is older shows once these are sent


@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """List the drafts of who is asking: the texts are his own, wherever their conversations went since."""
    person = asking(request)
    rows = Draft.objects.filter(author=person)
    rows = rows.select_related("conversation__customer").order_by("-at", "-pk")
    files = Conversation.objects.filter(draft_files__author=person).exclude(drafts__author=person)
    context = {
        "drafts": rows[:MOST],
        "files": files.distinct().order_by("-pk")[:MOST],
        "waiting": later.waiting_of(person),
        "now": now(),
    }
    return render(request, "desk/drafts/drafts.html", context)
