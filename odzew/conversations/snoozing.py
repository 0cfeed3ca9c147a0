"""A person puts a conversation aside until a moment. It moves no debt: not its hour, its age, or its rank.

It hides from the one who asked for it what she owes there, from nobody else, and nothing that is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from odzew.conversations import happening, holding
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.conversations.snooze import Snooze
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.ledger.stirred import STIRRED, last_line
from odzew.lib.kept import kept_moment, read_moment
from odzew.staff.models import Person

ASLEEP = f"""
SELECT o.id, s.conversation_id, s.wake_at, o.due_at, o.kind
FROM odzew_snooze s JOIN odzew_owed o ON o.conversation = s.conversation_id
WHERE s.person_id = %s AND s.wake_at > %s AND o.owner_id = s.person_id AND o.state = 'open'
  AND NOT {STIRRED.format(conversation="s.conversation_id", seq="s.seq")}
ORDER BY s.wake_at, o.id
"""  # noqa: S608  made of the constants above


@dataclass(frozen=True, slots=True)
class Asleep:
    """A debt in a conversation its owner has put aside."""

    debt: int
    conversation: int
    wake_at: datetime
    due_at: datetime
    kind: str


def asleep(person: Person, now: datetime) -> list[Asleep]:
    """Return what a person owes in conversations she has put aside, the first to wake first.

    What is late among it is to be shown all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(ASLEEP, [person.pk, kept_moment(now)])
        rows: Sequence[tuple[int, int, object, object, str]] = cursor.fetchall()
    return [Asleep(n, talk, read_moment(wake), read_moment(due), kind) for n, talk, wake, due, kind in rows]


@transaction.atomic
def snooze(conversation: Conversation, author: Person, wake_at: datetime, now: datetime) -> datetime:
    """Put a conversation aside, and return when the first of what is owed in it falls due.

    :raises Refused: when the moment has passed, or the author owes nothing there
    """
    held = holding.hold(conversation, author)
    if wake_at <= now:
        raise Refused(_("A snooze needs a moment that is still to come."))
    owed = Owed.objects.open().filter(conversation=held.pk, owner=author).order_by("due_at")
    first = owed.values_list("due_at", flat=True).first()
    if first is None:
        raise Refused(_("You owe nothing in this conversation: it stands on your lists no more already."))
    if not any(one.conversation == held.pk and one.wake_at == wake_at for one in asleep(author, now)):
        put = {"wake_at": wake_at, "seq": last_line()}
        Snooze.objects.update_or_create(conversation=held, person=author, defaults=put)
        happening.note(held, author, Happening.What.SNOOZED, wake_at.isoformat(), now)
    return first


@transaction.atomic
def wake(conversation: Conversation, author: Person, now: datetime) -> None:
    """Take a conversation back onto one's own lists."""
    held = holding.hold(conversation, author)
    removed, _each = Snooze.objects.filter(conversation=held, person=author).delete()
    if removed:
        happening.note(held, author, Happening.What.WOKEN, "", now)
