"""What a person sees when the desk cannot answer: that the database is away, or that we made a mistake."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.views.defaults import server_error

AGAIN = 5  # seconds


def broken(request: HttpRequest) -> HttpResponse:
    """Tell an absence, which passes, from a mistake, which does not; neither page asks the database."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    safe = request.method in ("GET", "HEAD")
    with translation.override(translation.get_language_from_request(request)):
        page = get_template("503.html").render({"again": AGAIN if safe else 0})
    return HttpResponse(page, status=503, headers={"Retry-After": str(AGAIN)})
