"""What came into a conversation while its page was open, so that who writes reads it first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations.models import Conversation, Message
from odzew.desk import numbers
from odzew.desk.person import asking
from odzew.staff.models import Person

MOST = 20  # looked at; a page that was open for so long is read from its first news on


@dataclass(frozen=True, slots=True)
class Newer:
    """The news: in words, where they begin, and up to where they go."""

    words: str
    first: int
    last: int


def newer(request: HttpRequest, talk: Conversation) -> dict[str, Any]:
    """Return what is newer than the message the page says it has read."""
    since = numbers.number(request.GET.get("since", ""))
    rows = _news(talk, asking(request), since) if since is not None else []
    return {"since": since or 0, "newer": _told(rows, talk)}


def _news(talk: Conversation, person: Person, since: int) -> list[Message]:
    here = [talk.pk, *talk.asides.values_list("pk", flat=True)]
    theirs = Q(direction=Message.Direction.INBOUND, automatic="")
    ours = Q(author__isnull=False) & ~Q(author=person)
    rows = Message.objects.filter(theirs | ours, conversation__in=here, pk__gt=since)
    return list(rows.select_related("author").order_by("pk")[:MOST])


def _told(rows: list[Message], talk: Conversation) -> Newer | None:
    if not rows:
        return None
    # The customer's word weighs more than a colleague's, and that more than a third party's.
    row = min(rows, key=lambda one: (one.conversation_id != talk.pk, one.author_id is not None, -one.pk))
    return Newer(_words(row), rows[0].pk, rows[-1].pk)


def _words(row: Message) -> str:
    name = str(row.author) if row.author else row.from_name or row.from_address
    match Message.Direction(row.direction):
        case Message.Direction.NOTE:
            words = gettext("%(name)s has left a note")
        case Message.Direction.OUTBOUND:
            words = gettext("%(name)s has replied meanwhile")
        case Message.Direction.INBOUND:
            words = gettext("%(name)s has written meanwhile")
    return words % {"name": name or gettext("Unknown sender")}
