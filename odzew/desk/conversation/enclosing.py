"""The files of a reply that is being written: kept as they are chosen, listed, thrown away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import enclosing
from odzew.desk import numbers
from odzew.desk.conversation.begun import posted
from odzew.desk.conversation.chosen_files import uploads
from odzew.desk.conversation.shown import find, shown
from odzew.desk.conversation.views import refused
from odzew.desk.person import writing
from odzew.domain.obligation import Refused


@login_required
@require_POST
def files(request: HttpRequest, number: int) -> HttpResponse:
    """Keep files that were chosen, or throw one away; the script gets the list, others the page."""
    author, talk = writing(request), find(request, number)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        if gone := numbers.number(request.POST.get("remove", "")):
            enclosing.drop(talk, author, gone)
        enclosing.keep(talk, author, uploads(request))
    except Refused as refusal:
        if by_script:
            return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=409)
        reasons, written = [str(refusal)], posted(request)
        return refused(request, lambda: shown(request, talk, **written), gettext("Not kept"), reasons)
    if by_script:
        return render(
            request, "desk/conversation/_files.html", {"talk": talk, "kept_files": enclosing.of(talk, author)}
        )
    return render(request, "desk/conversation/conversation.html", shown(request, talk, **posted(request)))
