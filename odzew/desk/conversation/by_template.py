"""What the reply box of a messenger offers when it takes approved words only."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations import window
from odzew.conversations.models import Conversation
from odzew.desk import moments, numbers
from odzew.domain.obligation import Refused


def offered(talk: Conversation, at: datetime) -> dict[str, Any]:
    """Return whether free words are taken, until when, and else which templates there are."""
    until = window.closes(talk)
    if until is None:
        return {}
    if at < until:
        return {"window_until": moments.day(until, at)}
    return {"window_closed": True, "templates": list(enumerate(window.approved(talk)))}


def chosen(request: HttpRequest, talk: Conversation) -> window.Filled | None:
    """Return the template that was chosen, filled; None when none was.

    :raises Refused: when there is no such template any more, or a place of it is empty
    """
    said = request.POST.get("template", "")
    if not said:
        return None
    number, name = numbers.number(said.partition("/")[0]), said.partition("/")[2]
    rows = window.approved(talk)
    # Its name is sent along: the list may have changed since the page was drawn.
    if number is None or number >= len(rows) or rows[number]["name"] != name:
        raise Refused(gettext("The templates have changed meanwhile. Choose again."))
    return window.fill(rows[number], request.POST.getlist(f"place-{number}"))
