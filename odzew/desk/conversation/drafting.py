"""The draft of a reply: kept while it is written, and by a button; only its author sees it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import drafts, enclosing
from odzew.conversations.draft import Draft
from odzew.conversations.models import Conversation
from odzew.desk.conversation import begun
from odzew.desk.conversation.chosen_files import uploads
from odzew.desk.conversation.shown import find, shown
from odzew.desk.conversation.views import refused
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.staff.models import Person


@login_required
@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the draft, or do with its texts what a button says."""
    author, at = writing(request), now()
    if "list" in request.POST:  # his own text, whoever has the conversation now
        drafts.drop(number, author)
        messages.success(request, gettext("There is no draft here."))
        return redirect("drafts")
    talk = find(request, number)
    try:
        kept = _done(request, talk, author, at)
    except Refused as refusal:
        return _refused(request, talk, str(refusal))
    if _is_by_script(request):
        return render(
            request, "desk/conversation/_draft.html", begun.told(request, kept) | {"talk": talk, "now": at}
        )
    messages.success(request, gettext("The draft is kept.") if kept else gettext("There is no draft here."))
    return redirect(f"{reverse('conversation', args=[talk.pk])}#reply")


def _done(request: HttpRequest, talk: Conversation, author: Person, at: datetime) -> Draft | None:
    if request.POST.get("drop") == "":
        drafts.drop(talk.pk, author)
        return None
    enclosing.keep(talk, author, uploads(request))
    kept = drafts.keep(talk, author, begun.written(request), at)
    if "drop" in request.POST:
        return drafts.drop_beside(talk, author, request.POST["drop"])
    return drafts.take(talk, author, request.POST["take"], at) if "take" in request.POST else kept


def _refused(request: HttpRequest, talk: Conversation, words: str) -> HttpResponse:
    if _is_by_script(request):
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=409)
    written = begun.posted(request)
    return refused(request, lambda: shown(request, talk, **written), gettext("Not kept"), [words])


def _is_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
