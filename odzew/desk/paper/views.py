"""A conversation on paper: a page of its own that prints as it is, without a script."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from odzew.conversations import acquainted
from odzew.conversations.models import Conversation, Message
from odzew.desk import debts
from odzew.desk.conversation import whence
from odzew.desk.conversation.shown import find
from odzew.desk.conversation.timeline import people, timeline
from odzew.desk.person import asking
from odzew.ledger import story
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

# Left out unless they are chosen: what the customer must not read, and what nobody needs twice.
PARTS = ("notes", "quotes", "acts")


@login_required
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """Show a conversation as it is printed."""
    talk = acquainted.as_known_to(asking(request), find(request, number))
    chosen = {part: part in request.GET for part in PARTS}
    return render(request, "desk/paper/paper.html", _shown(talk, chosen) | {"by": asking(request)})


def _shown(talk: Conversation, chosen: dict[str, bool]) -> dict[str, Any]:
    at = now()
    rows = talk.messages.select_related("author").prefetch_related("attachments").order_by("at", "pk")
    messages = list(rows if chosen["notes"] else rows.exclude(direction=Message.Direction.NOTE))
    lines = story.of_conversation(talk.pk) if chosen["acts"] else []
    acts = whence.acts(talk, None) if chosen["acts"] else []
    names = dict(Person.objects.filter(pk__in=people(lines)).values_list("pk", "name"))
    told = whence.whence(talk, messages, acts)
    owed = Owed.objects.open().of_conversation(talk.pk).select_related("owner") if chosen["acts"] else []
    owed_here = [(debts.kind_name(debt.kind), debt) for debt in owed]
    return {
        "now": at,
        "talk": talk,
        "timeline": timeline(messages, lines, acts, names, at, whence=told),
        "owed": owed_here,
        "chosen": chosen,
    }
