"""A visitor whom the shop has named reads only while he is signed in there: a browser has many users."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from odzew.channels.models import Account
from odzew.conversations import at_window
from odzew.conversations.visitor import Visitor
from odzew.lib.clock import now
from odzew.portal.chat import door, token


def may_read(request: HttpRequest, account: Account, row: Visitor | None) -> bool:
    """Return whether who has the secret of a visitor is who the shop named when he wrote."""
    if row is None or not row.number:
        return True
    try:
        known = token.read(account, request.headers.get(door.SIGNED_IN, ""), now())
    except token.NoToken:
        return False
    return known is not None and known.number == row.number


def himself(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only the visitor himself ask; the view is given his key, and his row when he has written."""

    @door.visitor_only
    @wraps(view)
    def answer(request: HttpRequest, account: Account, key: str, **more: Any) -> HttpResponse:
        row = at_window.visitor(account, key)
        if not may_read(request, account, row):
            return door.said({"wrong": "token"}, 403)
        return view(request, account, key, row, **more)

    return answer
