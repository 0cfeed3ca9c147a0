"""What of a conversation is new to a person: whatever was said since this person last looked."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import OperationalError, connection, transaction

from odzew.conversations.glance import Glance
from odzew.conversations.models import Conversation
from odzew.lib.kept import kept_moment
from odzew.lib.ready import Ready
from odzew.staff.models import Person

log = logging.getLogger(__name__)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# For a list that knows each conversation as `t`: one look into an index a row, and nothing is counted.
JOINED = "LEFT JOIN odzew_glance g ON g.person_id = %s AND g.conversation_id = t.id"
IS_NEW = "t.last_at > COALESCE(g.at, %s)"
NEW_TO = "SELECT t.id FROM odzew_conversation t {joined} WHERE {is_new} AND t.id IN ({marks})"


def caught_up(person: Person) -> datetime:
    """Return up to when all counts as seen by a person: all that was said before somebody came is not new."""
    return person.caught_up_at or person.date_joined or NEVER


def look(person: Person, conversation: Conversation) -> None:
    """Note that a person sees a conversation as it was read; what came meanwhile stays new.

    A page looked at twice writes nothing, and one that cannot be noted is shown all the same.
    """
    seen = _SEEN(person.pk, conversation.pk)
    if conversation.last_at <= (seen[0] if seen else caught_up(person)):
        return
    try:
        _seen_up_to(person, conversation, conversation.last_at)
    except OperationalError:  # the disk is full, or another writer takes long
        log.warning("It could not be noted what %s has seen.", person, exc_info=True)


_SEEN = Ready(
    lambda person, conversation: Glance.objects.filter(person=person, conversation=conversation).values_list(
        "at", flat=True
    )
)


def forget(person: Person, conversation: Conversation) -> None:
    """Let a conversation be new to a person again, until it is looked at."""
    _seen_up_to(person, conversation, NEVER)


def new_to(person: Person, conversations: Iterable[int]) -> set[int]:
    """Return those of some conversations in which something is new to a person."""
    numbers = list(conversations)
    if not numbers:
        return set()
    asked = NEW_TO.format(joined=JOINED, is_new=IS_NEW, marks=", ".join(["%s"] * len(numbers)))
    with connection.cursor() as cursor:
        cursor.execute(asked, [person.pk, kept_moment(caught_up(person)), *numbers])
        return {number for (number,) in cursor.fetchall()}


def _seen_up_to(person: Person, conversation: Conversation, at: datetime) -> None:
    row = Glance(person=person, conversation=conversation, at=at)
    Glance.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["person", "conversation"], update_fields=["at"]
    )


@transaction.atomic
def catch_up(person: Person, now: datetime) -> None:
    """Let all that was said by now count as seen."""
    Person.objects.filter(pk=person.pk).update(caught_up_at=now)
    Glance.objects.filter(person=person, at__lte=now).delete()
