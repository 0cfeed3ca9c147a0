"""The browser somebody is signed in with: begun, seen again, told apart from others."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from odzew.desk.logged.seam import address
from odzew.lib.clock import now
from odzew.staff import sessions
from odzew.staff.models import Person

OFTEN = 300  # seconds; whoever works all day costs a write each five minutes, and no page a question
SEAT = "seat"  # in the session: {"id": …, "key": …, "seen": …}
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def begin(request: HttpRequest, person: Person) -> None:
    """Write down that somebody has signed in with this browser."""
    key = str(request.session.session_key)
    device = request.META.get("HTTP_USER_AGENT", "")
    row = sessions.begin(person, key, address(request), device, now())
    _remember(request, row.pk, key)


def last_seen(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Write down now and then that a browser is still in use, and the new key when its session got one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        # Who waits because the database is away is not made to wait for it once more.
        is_down = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        if not is_down and isinstance(request.user, Person) and (seat := request.session.get(SEAT)):
            _see(request, seat)
        return answer

    return middleware


def _see(request: HttpRequest, seat: dict[str, Any]) -> None:
    key, at = str(request.session.session_key), now()
    if key == seat["key"] and abs(at.timestamp() - seat["seen"]) < OFTEN:
        return
    sessions.seen(seat["id"], key, address(request), at)
    _remember(request, seat["id"], key)


def _remember(request: HttpRequest, number: int, key: str) -> None:
    request.session[SEAT] = {"id": number, "key": key, "seen": int(now().timestamp())}


def device(agent: str) -> str:
    """Return what a browser says of itself, in two words: "Firefox · Windows"."""
    found = (next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS))
    return " · ".join(name for name in found if name)
