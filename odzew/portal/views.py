"""Status: received, who has it, answer due by; what is personal only after one more proof."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from odzew.conversations import status_link
from odzew.conversations.models import Conversation
from odzew.conversations.rating import Rating
from odzew.lib.clock import now
from odzew.portal import codes, history
from odzew.portal.link import by_link, language_of, page
from odzew.portal.standing import standing


@require_safe
@by_link
def status(request: HttpRequest, talk: Conversation) -> HttpResponse:
    """Show how a matter stands to whoever holds its link; the link alone opens it."""
    return shown(request, talk, done=_done(request.GET.get("done", "")))


def shown(
    request: HttpRequest, talk: Conversation, *, done: str = "", wrong: str = "", draft: str = ""
) -> HttpResponse:
    """Return the page; `wrong` says why what was asked for was not done."""
    at, language = now(), language_of(request, talk)
    context: dict[str, object] = {
        "here": reverse("status", args=[talk.pk, status_link.token(talk)]),  # what was refused has no page
        "standing": standing(talk, language, at),
        "steps": Rating.How.choices,
        "address": _masked(talk.address),
        "done": done,
        "wrong": wrong,
        "draft": draft,
        "once": uuid4().hex,
        "code_sent": request.GET.get("done") == "code" or "prove" in request.path,
    }
    if codes.holds(request, talk):
        context |= {
            "proven": True,
            "said": history.said(talk, language, at),
            "promised": history.promised(talk, language, at),
            "others": history.others(talk, language, at),
        }
    return page(request, talk, "status.html", context, 409 if wrong else 200)


def _done(word: str) -> str:
    return {
        "written": _("Thank you. We have what you wrote; it stands with the rest of the matter."),
        "yes": _("Thank you. We are glad that it is solved."),
        "not-yet": _("Thank you for saying so. We owe you the answer again, since the day you first asked."),
        "rated": _("Thank you for telling us how it was."),
        "withdrawn": _("We have noted that you need no answer any more."),
        "code": _("We have sent a code to your mail address."),
        "proven": _("This browser shows the whole matter for twelve hours."),
    }.get(word, "")


def _masked(address: str) -> str:
    local, _at, domain = address.partition("@")
    name, _dot, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}" if ending else ""
