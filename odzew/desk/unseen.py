"""How far the news had come before a page was made: whatever comes while it is made is news to it."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponseBase

from odzew.desk import events

Answer = Callable[[HttpRequest], HttpResponseBase]
_before: WeakKeyDictionary[HttpRequest, str] = WeakKeyDictionary()


def news_before(get_response: Answer) -> Answer:
    """Return a middleware that reads the marks of the news before the view reads anything.

    Read while the page is drawn, they would already count what came after its rows were read, and the
    page would not be told of it.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if _is_page(request):
            _before[request] = events.marks_of(request.user.pk or 0)
        return get_response(request)

    return answer


def marks_before(request: HttpRequest) -> str:
    """Return the marks from before the view, or "" where there are none: the page then asks once more."""
    return _before.get(request, "")


def _is_page(request: HttpRequest) -> bool:
    """Tell whether somebody who is signed in asks for a page, not for a part of one or a file."""
    return (
        request.method == "GET"
        and request.user.is_authenticated
        and "HX-Request" not in request.headers
        and request.accepts("text/html")
    )
