"""The draft of a reply: kept while it is written, and by a button; only its author sees it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import drafts
from odzew.conversations.draft import Draft
from odzew.conversations.models import Conversation
from odzew.desk.conversation import begun
from odzew.desk.conversation.shown import find, shown
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff.models import Person

SAID = ("purpose", "refuses", "rests_on")
TICKED = ("pays", "answered")
PAGE = 40  # characters of the name of a page


def written(request: HttpRequest) -> drafts.Written:
    """Return what the reply form holds."""
    said = {name: request.POST.get(name, "")[:500] for name in SAID}
    ticked = {name: request.POST.getlist(name) for name in TICKED}
    return drafts.Written(
        page=request.POST.get("once", "")[:PAGE],
        revision=begun.figure(request, "revision"),
        turn=begun.figure(request, "stroke"),
        text=request.POST.get("text", ""),
        form={**said, **ticked},
    )


@login_required
@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the draft, or do with its texts what a button says."""
    author, talk, at = writing(request), find(request, number), now()
    try:
        kept = _done(request, talk, author, at)
    except Refused as refusal:
        return _refused(request, talk, str(refusal))
    if _is_by_script(request):
        return render(
            request, "desk/conversation/_draft.html", begun.told(request, kept) | {"talk": talk, "now": at}
        )
    messages.success(request, gettext("The draft is kept.") if kept else gettext("There is no draft here."))
    if "list" in request.POST:
        return redirect("drafts")
    return redirect(f"{reverse('conversation', args=[talk.pk])}#reply")


def _done(request: HttpRequest, talk: Conversation, author: Person, at: datetime) -> Draft | None:
    if request.POST.get("drop") == "":
        drafts.drop(talk, author)
        return None
    kept = drafts.keep(talk, author, written(request), at)
    if "drop" in request.POST:
        return drafts.drop_beside(talk, author, request.POST["drop"])
    return drafts.take(talk, author, request.POST["take"], at) if "take" in request.POST else kept


def _refused(request: HttpRequest, talk: Conversation, words: str) -> HttpResponse:
    if _is_by_script(request):
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=409)
    context = shown(request, talk, draft={"text": request.POST.get("text", "")})
    context |= {"refusal_title": gettext("Not kept"), "refusals": [words]}
    return render(request, "desk/conversation/conversation.html", context, status=409)


def _is_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
