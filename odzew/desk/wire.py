"""The stream of live news beside Django's requests.

Django gives each request a thread and a database connection for as long as it lasts. A desk that is
open all day would hold both all day; a stream needs them once, to ask who is listening.
"""

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import connection

from odzew.conversations.models import Conversation
from odzew.desk import events, numbers
from odzew.desk.here.seats import Seat
from odzew.lib import streams
from odzew.lib.streams import App, Receive, Scope, Send
from odzew.staff.models import Person


def beside(django: App) -> App:
    """Return an application that streams `/events` by itself and leaves all else to Django."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/events" and scope["method"] == "GET":
            await _serve(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    who = await sync_to_async(_who, thread_sensitive=False)(scope)
    if who is None:
        await streams.refuse(send, 401)
        return
    news = events.stream(events.exchange, _asked(scope, "seen"), who.person, who.seat)
    await streams.serve(news, receive, send)


@dataclass(frozen=True, slots=True)
class _Who:
    """Somebody who is signed in, and his seat when a conversation is open that is for him to see."""

    person: int
    seat: Seat | None


def _who(scope: Scope) -> _Who | None:
    from django.conf import settings

    request = ASGIRequest(scope, BytesIO())
    try:
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        person = get_user(request)
        return _Who(person.pk, _seat(scope, person)) if isinstance(person, Person) else None
    finally:
        connection.close()


def _seat(scope: Scope, person: Person) -> Seat | None:
    number = numbers.number(_asked(scope, "talk"))
    if not number:
        return None
    talks = Conversation.objects.visible_to(person).filter(pk=number, beside=None)
    return Seat(number, person.pk) if talks.exists() else None


def _asked(scope: Scope, name: str) -> str:
    found = parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])
    return str(found[0])
