"""What the customer says of how an answer was, when he has said whether it answered.

Nothing in the books follows from it: no debt is opened, paid or closed, and the conversation has no newer
word by it.
"""

from collections.abc import Iterable
from datetime import datetime

from odzew.conversations.models import Message, Verdict
from odzew.conversations.rating import Rating
from odzew.lib.among import Among
from odzew.lib.plain import plain

LONGEST = 2000  # letters of the free word


def rate(answer: Message, how: str, text: str, now: datetime) -> None:
    """Keep how an answer was. Said again, the newer word counts; unasked, it is not kept."""
    if how not in Rating.How.values or not Verdict.objects.filter(message=answer).exists():
        return
    said = Rating(message=answer, how=how, text=plain(text, LONGEST).strip(), at=now)
    Rating.objects.bulk_create(
        [said], update_conflicts=True, unique_fields=["message"], update_fields=["how", "text", "at"]
    )


def of(message: Message) -> Rating | None:
    """Return what was said of a message that was read with its rating."""
    return getattr(message, "rating", None)


def judged(messages: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return, for each of these messages of which the customer said whether it answered, how it was.

    The step, and the free word; both are empty when he did not say.
    """
    asked = Verdict.objects.filter(message__in=Among(messages))
    rows = asked.values_list("message_id", "message__rating__how", "message__rating__text")
    return {message: (how or "", text or "") for message, how, text in rows}
