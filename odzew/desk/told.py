"""What a list of debts tells of each, read in one statement."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext

from odzew.conversations import acquainted, glancing
from odzew.desk import arms, chips
from odzew.lib.kept import kept_moment, read_moment
from odzew.staff.models import Person

BEGINNING = 200  # characters of the last message; the row shows what fits
# All that a row shows, in the order of `Told`: a page holds fifty, and each relation apart costs as much.
STATEMENT = """
SELECT o.id, o.kind, o.text, o.conversation, o.customer_id, o.owner_id, o.opened_at, o.due_at,
       o.chasers, o.moves, o.reopenings, o.failures, o.escalated, o.escalated_to_id,
       c.name, COALESCE(NULLIF(p.name, ''), p.email), t.subject, t.address, {tags},
       COALESCE(NULLIF(e.name, ''), e.email), COALESCE(NULLIF(i.name, ''), i.email),
       (SELECT SUBSTR(m.own_words, 1, {beginning}) FROM odzew_message m
        WHERE m.conversation_id = t.id AND m.direction = 'inbound' AND m.automatic = ''
        ORDER BY m.at DESC, m.id DESC LIMIT 1), {is_new}
FROM odzew_owed o JOIN odzew_person p ON p.id = o.owner_id LEFT JOIN odzew_customer c ON c.id = o.customer_id
     LEFT JOIN odzew_conversation t ON t.id = o.conversation {glances}
     LEFT JOIN odzew_person e ON e.id = o.escalated_to_id LEFT JOIN odzew_person i ON i.id = o.instead_of_id
WHERE o.id IN ({marks})
"""


class Told(NamedTuple):
    """A debt with what a list tells of its customer, owner and conversation; moments in UTC."""

    id: int
    kind: str
    text: str
    conversation: int | None
    customer: int | None
    owner: int
    opened_at: datetime
    due_at: datetime
    chasers: int
    moves: int
    reopenings: int
    failures: int
    escalated: int
    escalated_to: int | None
    customer_name: str | None
    owner_name: str
    subject: str | None
    address: str | None
    tags: str | None
    escalated_name: str | None
    instead_name: str | None
    last_words: str | None
    is_new: bool

    @property
    def who(self) -> str:
        """Return by what name the customer goes here; without one the firm owes it to itself."""
        if self.customer is None:
            return gettext("This desk")
        return self.customer_name or self.address or f"#{self.customer}"


def told(numbers: Sequence[int], person: Person) -> Iterator[Told]:
    """Yield the debts with these numbers, in whatever order, with what is new in them to a person."""
    if not numbers:
        return
    sql = STATEMENT.format(
        tags=chips.column(),
        beginning=BEGINNING,
        is_new=glancing.IS_NEW,
        glances=glancing.JOINED,
        marks=arms.marks(numbers),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [kept_moment(glancing.caught_up(person)), person.pk, *numbers])
        rows = cursor.fetchall()
    found = [
        Told._make([*row[:6], read_moment(row[6]), read_moment(row[7]), *row[8:-1], bool(row[-1])])
        for row in rows
    ]
    unmet = acquainted.strangers(person, {one.conversation for one in found if one.conversation is not None})
    yield from (one._replace(customer_name="") if one.conversation in unmet else one for one in found)
