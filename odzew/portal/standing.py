"""How a matter stands, in words of the customer's language."""

from dataclasses import dataclass
from datetime import datetime

from odzew.conversations import rated, verdicts
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Kind
from odzew.lib import words
from odzew.portal import matter


@dataclass(frozen=True, slots=True)
class Standing:
    """What whoever holds the link may see: nothing that is personal."""

    number: int
    received: str
    owner: str = ""
    until: str = ""
    late: bool = False
    answered: str = ""
    promises: tuple[str, ...] = ()
    asks: int = 0  # the answer of which we should like to know whether it answered
    said: bool | None = None
    rated: str = ""  # how it was, in his own choice of words
    closed: bool = False
    awaits: bool = False  # an answer, which the customer may say he needs no more


def standing(talk: Conversation, language: str, at: datetime) -> Standing:
    """Return how a matter stands at a moment."""
    zone = talk.team.timezone
    owed = list(matter.owed(talk).select_related("owner").order_by("due_at"))
    last = _last_answer(talk)
    asks = last is not None and verdicts.asks(last)
    rating = rated.of(last) if last and asks else None
    settled = last.settled_at if last and not owed else None
    asked = next((debt for debt in owed if debt.kind != Kind.PROMISE), None)
    first = asked or (owed[0] if owed else None)
    return Standing(
        number=talk.pk,
        received=words.moment_words(talk.created_at, at, zone, language),
        owner=first.owner.name.split(" ")[0] if first else "",
        until=words.until_words(asked.due_at, at, zone, language) if asked else "",
        late=bool(asked and asked.due_at < at),
        answered=words.moment_words(settled, at, zone, language) if settled else "",
        promises=tuple(
            words.until_words(d.due_at, at, zone, language) for d in owed if d.kind == Kind.PROMISE
        ),
        asks=last.pk if last and asks else 0,
        said=verdicts.newest([last.pk]).get(last.pk) if last and asks else None,
        rated=rating.get_how_display() if rating else "",
        closed=matter.place(talk).status == Conversation.Status.CLOSED,
        awaits=any(debt.kind == Kind.ANSWER for debt in owed),
    )


def _last_answer(talk: Conversation) -> Message | None:
    rows = matter.messages(talk).filter(purpose__in=verdicts.ASKED, state=Message.State.SENT)
    return rows.select_related("conversation__account", "rating").order_by("-settled_at", "-pk").first()
