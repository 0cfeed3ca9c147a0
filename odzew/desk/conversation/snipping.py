"""Snippets in a reply: the list behind `/`, and the same by a choice and a button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import acquainted, snippets
from odzew.conversations.models import Conversation
from odzew.conversations.snippet import Snippet
from odzew.desk import numbers
from odzew.desk.conversation.begun import posted
from odzew.desk.conversation.shown import find, shown
from odzew.desk.conversation.views import refused
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff.models import Person


@login_required
def listed(request: HttpRequest, number: int) -> HttpResponse:
    """Give the snippets of a conversation, filled in; those in the customer's language come first."""
    person, talk = writing(request), find(request, number)
    known = snippets.values(acquainted.as_known_to(person, talk), person, now())
    rows = Snippet.objects.usable_in(talk, person)
    ranked = sorted(rows, key=lambda row: row.language not in ("", talk.language))
    found = [{"one": row, "text": snippets.filled(row.text, known)} for row in ranked]
    return render(request, "desk/conversation/_snippets.html", {"found": found, "talk": talk})


@login_required
@require_POST
def insert(request: HttpRequest, number: int) -> HttpResponse:
    """Show the reply again with a snippet below what was written."""
    person, talk = writing(request), find(request, number)
    context = shown(request, talk, **posted(request))
    try:
        text = _text(request, talk, person)
    except Refused as refusal:
        return refused(request, lambda: context, gettext("Nothing was put in"), [str(refusal)])
    written = str(context["draft"]["text"]).rstrip()
    context["draft"]["text"] = f"{written}\n\n{text}" if written else text
    return render(request, "desk/conversation/conversation.html", context)


def _text(request: HttpRequest, talk: Conversation, person: Person) -> str:
    number = numbers.number(request.POST.get("snippet", ""))
    one = Snippet.objects.usable_in(talk, person).filter(pk=number or 0).first()
    if one is None:
        raise Refused(gettext("Choose a snippet. If there is none, write one under Snippets."))
    return snippets.filled(one.text, snippets.values(acquainted.as_known_to(person, talk), person, now()))
