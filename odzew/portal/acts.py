"""What the customer does on his page. Looking (GET) never acts: programs that check mail follow links."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from odzew.conversations import rated, status_link, verdicts
from odzew.conversations.models import Conversation, Message
from odzew.lib.clock import now
from odzew.portal import codes, letters, matter
from odzew.portal.link import by_link, language_of, page
from odzew.portal.views import shown


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def verdict(request: HttpRequest, talk: Conversation, message: int) -> HttpResponse:
    """Ask whether an answer answered; note what the customer presses."""
    answer = _answer(talk, message)
    said = request.POST.get("said", "")
    if request.method != "POST" or said not in ("yes", "not-yet"):
        return page(request, talk, "verdict.html", {"message": answer.pk, "once": f"verdict-{answer.pk}"})
    if said == "yes":
        verdicts.answered(answer, now())
        return _back(request, talk, "yes")
    verdicts.not_yet(answer, now())
    text = request.POST.get("text", "")
    try:
        if text.strip():
            _take(request, talk, text, [])
    except letters.NotTaken as refusal:
        return shown(request, talk, wrong=str(refusal), draft=text)
    return _back(request, talk, "not-yet")


@require_POST
@by_link
def rate(request: HttpRequest, talk: Conversation, message: int) -> HttpResponse:
    """Keep how the customer found an answer."""
    answer = _answer(talk, message)
    rated.rate(answer, request.POST.get("how", ""), request.POST.get("text", ""), now())
    return _back(request, talk, "rated")


@require_POST
@by_link
def write(request: HttpRequest, talk: Conversation) -> HttpResponse:
    """Take more words and files of the customer."""
    text = request.POST.get("text", "")
    try:
        _take(request, talk, text, request.FILES.getlist("files"))
    except letters.NotTaken as refusal:
        return shown(request, talk, wrong=str(refusal), draft=text)
    return _back(request, talk, "written")


@require_POST
@by_link
def code(request: HttpRequest, talk: Conversation) -> HttpResponse:
    """Mail a code to the address of the matter."""
    try:
        codes.send(talk, now())
    except codes.NoCode as refusal:
        return shown(request, talk, wrong=str(refusal))
    return _back(request, talk, "code")


@require_POST
@by_link
def prove(request: HttpRequest, talk: Conversation) -> HttpResponse:
    """Take the code, and remember in this browser that it was right."""
    try:
        address = codes.check(talk, request.POST.get("code", ""), now())
    except codes.NoCode as refusal:
        return shown(request, talk, wrong=str(refusal))
    response = _back(request, talk, "proven")
    codes.remember(response, address)
    return response


@require_POST
@by_link
def withdraw(request: HttpRequest, talk: Conversation) -> HttpResponse:
    """Let the customer say that he needs no answer any more; a link alone does not suffice."""
    if not codes.holds(request, talk):
        return shown(request, talk, wrong=_("First prove with a code that the matter is yours."))
    debts = matter.owed(talk).values_list("pk", flat=True)
    verdicts.withdraw(matter.place(talk), list(debts), now())
    return _back(request, talk, "withdrawn")


def _take(
    request: HttpRequest, talk: Conversation, text: str, files: "Sequence[UploadedFile[bytes]]"
) -> None:
    once, by_code = request.POST.get("once", ""), codes.holds(request, talk)
    letters.take(talk, text, files, once, now(), by_code=by_code)


def _answer(talk: Conversation, number: int) -> Message:
    rows = Message.objects.filter(pk=number, purpose__in=verdicts.ASKED)
    answer = rows.select_related("conversation__account", "conversation__stands_for").first()
    if answer is None or not matter.knows(talk, answer, now()):
        raise Http404(_("There is no such page."))
    return answer


def _back(request: HttpRequest, talk: Conversation, done: str) -> HttpResponseRedirect:
    # Sent on, so that a page loaded again does not do it again.
    url = reverse("status", args=[talk.pk, status_link.token(talk)])
    chosen = request.GET.get("lang", "")
    lang = f"&lang={language_of(request, talk)}" if chosen else ""
    return HttpResponseRedirect(f"{url}?done={done}{lang}")
