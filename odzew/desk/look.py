"""How the desk looks and speaks for one person."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from odzew.conversations.later import UNDO
from odzew.desk import frame, numbers, pieces
from odzew.desk.calls import ringing
from odzew.desk.context import places
from odzew.desk.person import asking
from odzew.desk.waiting import waiting
from odzew.staff.models import Person

THEMES = {"auto": "", "light": "light", "dark": "dark"}


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep the colours and the language a person has picked."""
    person = Person.objects.filter(pk=asking(request).pk)
    theme, language = request.POST.get("theme", ""), request.POST.get("language", "")
    if theme in THEMES:
        person.update(theme=THEMES[theme])
    if language in dict(settings.LANGUAGES):
        person.update(language=language)
    if (seconds := numbers.number(request.POST.get("undo", ""))) in UNDO:
        person.update(undo_seconds=seconds)
    return redirect(back(request))


@login_required
def rail(request: HttpRequest) -> HttpResponse:
    """Show the rail again, with its counts and the calls that ring as they are now."""
    at = request.GET.get("at", "")
    found = waiting(request)
    calls = '<div id="ringing" class="ringing" hx-swap-oob="true">{}</div>'
    rings = pieces.fill(calls, ringing.shown(request, found.rings))
    return HttpResponse(frame.rail(places(request, at, found), at) + rings)


def back(request: HttpRequest) -> str:
    """Return the page of ours the request came from, or Today."""
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "/"
