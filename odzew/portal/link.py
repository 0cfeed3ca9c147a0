"""Who comes by a private link: found, or told why it does not open."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import status_link
from odzew.conversations.models import Conversation
from odzew.lib.clock import now
from odzew.portal import matter
from odzew.staff import brand

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """Give a view the conversation of its link, in the customer's language, and guard what it answers."""

    @wraps(view)
    def guarded(request: HttpRequest, number: int, token: str, **more: object) -> HttpResponse:
        talk = _find(number, token)
        with translation.override(language_of(request, talk)):
            is_revoked = not status_link.opens(talk, token)
            if is_revoked or status_link.has_ended(matter.place(talk), now()):
                context = _frame(request, talk) | {"is_revoked": is_revoked}
                return _guard(render(request, "portal/ended.html", context, status=410))
            return _guard(view(request, talk, **more))

    return guarded


def page(
    request: HttpRequest, talk: Conversation, name: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """Return one of the customer's pages."""
    return render(request, f"portal/{name}", _frame(request, talk) | context, status=status)


def language_of(request: HttpRequest, talk: Conversation) -> str:
    """Return the language of the page: the one chosen on it, else the customer's, else the team's."""
    chosen = request.GET.get("lang", "")
    return brand.current().spoken(chosen, talk.language, talk.team.language)


def _find(number: int, token: str) -> Conversation:
    talks = Conversation.objects.select_related("team", "account", "customer", "stands_for")
    talk = talks.filter(pk=number, beside=None).first()
    if talk is None or not (status_link.opens(talk, token) or status_link.was_revoked(talk, token)):
        raise Http404(_("There is no such page."))
    return talk


def _frame(request: HttpRequest, talk: Conversation) -> dict[str, object]:
    token, house = status_link.token(talk), brand.current()
    language = language_of(request, talk)
    return {
        "talk": talk,
        "brand": house,
        "firm": house.name or brand.firm(talk.account, house),
        "token": token,
        "language": language,
        "in_language": f"?lang={language}" if "lang" in request.GET else "",  # a choice goes with each press
        "languages": house.offered.items(),
    }


def _guard(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
