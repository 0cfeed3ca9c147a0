"""Drafts: what I have begun to write and not sent, the newest first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from odzew.conversations import acquainted, later
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
    written = list(rows[:MOST])
    unmet = acquainted.strangers(person, [one.conversation_id for one in written])
    for one in written:
        if one.conversation_id in unmet:
            one.conversation.customer = acquainted.stranger(one.conversation)
    context = {
        "drafts": written,
        "files": files.distinct().order_by("-pk")[:MOST],
        "waiting": later.waiting_of(person),
        "now": now(),
    }
    return render(request, "desk/drafts/drafts.html", context)
