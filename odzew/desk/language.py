"""The language and the time zone of the person who is signed in."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from odzew.staff.models import Person


def person_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak the language the person chose, before what the browser asks for, and tell time in his zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Found out here in any case; Django's lazy user would be asked through a proxy all the way.
        request.user = get_user(request)
        if not isinstance(request.user, Person):
            return get_response(request)
        if request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        with timezone.override(ZoneInfo(request.user.timezone)):
            return get_response(request)

    return middleware
