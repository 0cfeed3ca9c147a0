"""What was done in a span of time, as the journal has it: answers given, debts reopened and waived.

Each statement names the kinds of the index `entry_settling`, so that SQLite uses it too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from odzew.lib.kept import kept_moment, read_moment

# A bounce takes the answer back: nobody has read it.
NOT_RETURNED = """NOT EXISTS (
    SELECT 1 FROM odzew_entry r WHERE r.obligation = {line}.obligation AND r.kind = 'reopened'
    AND r.message = {line}.message AND r."by" = 'desk')"""
ANSWERED_BEFORE = """EXISTS (
    SELECT 1 FROM odzew_owed p JOIN odzew_entry b ON b.obligation = p.id
    WHERE p.conversation = o.conversation AND p.kind = 'answer' AND b.kind = 'paid'
    AND b.message IS NOT NULL AND b.message <> e.message AND b.seq < e.seq
    AND {not_returned})"""
# Only what is settled is reopened: the next such line takes this payment back, whenever it came.
TAKEN_BACK = """EXISTS (
    SELECT 1 FROM odzew_entry l WHERE l.obligation = e.obligation AND l.kind = 'reopened'
    AND l.seq > e.seq)"""
WHO_SETTLED = """(SELECT s."by" FROM odzew_entry s WHERE s.obligation = e.obligation AND s.seq < e.seq
    AND s.kind IN ('paid', 'waived') ORDER BY s.seq DESC LIMIT 1)"""
# What is put in stands above.
LINES = """
SELECT e.seq, e."at", {who}, e.message, e.obligation, o.kind, o.conversation, o.team_id, o.opened_at,
       o.due_at, e.reason, {before}, {again}
FROM odzew_entry e JOIN odzew_owed o ON o.id = e.obligation
WHERE e.kind IN ('paid', 'reopened', 'waived') AND e.kind = %s AND e."at" >= %s AND e."at" < %s {only}
ORDER BY e.seq
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done: by whom (None: by no person of ours), about which debt."""

    seq: int
    at: datetime
    person: int | None
    message: int | None
    debt: int
    kind: str
    conversation: int | None
    team: int
    opened_at: datetime
    due_at: datetime
    reason: str
    answered_before: bool
    taken_back: bool


def answers(since: datetime, until: datetime) -> list[Deed]:
    """Return the messages that paid for an answer from `since` until before `until`, in their order.

    One message that pays several debts is one answer: it waited since the oldest of them, and it
    was due when the first of them was. What a bounce brought back was no answer; one that any of its
    debts was reopened after is `taken_back`, be it after `until`.
    """
    only = f"AND o.kind = 'answer' AND e.message IS NOT NULL AND {NOT_RETURNED.format(line='e')}"
    found: dict[int, Deed] = {}
    before = ANSWERED_BEFORE.format(not_returned=NOT_RETURNED.format(line="b"))
    for deed in _deeds("paid", since, until, before=before, again=TAKEN_BACK, only=only):
        one = found.get(deed.message or 0)
        found[deed.message or 0] = _both(one, deed) if one else deed
    return list(found.values())


def reopened(since: datetime, until: datetime) -> list[Deed]:
    """Return what did not hold; `person` is who had settled it."""
    return list(_deeds("reopened", since, until, who=WHO_SETTLED))


def waived(since: datetime, until: datetime) -> list[Deed]:
    """Return what was taken off the books without being paid."""
    return list(_deeds("waived", since, until))


def _both(one: Deed, other: Deed) -> Deed:
    older = min(one, other, key=lambda deed: (deed.opened_at, deed.debt))
    taken_back = one.taken_back or other.taken_back
    return replace(older, seq=one.seq, due_at=min(one.due_at, other.due_at), taken_back=taken_back)


def _deeds(
    kind: str,
    since: datetime,
    until: datetime,
    who: str = 'e."by"',
    before: str = "1 = 0",
    again: str = "1 = 0",
    only: str = "",
) -> Iterator[Deed]:
    asked = LINES.format(who=who, before=before, again=again, only=only)
    with connection.cursor() as cursor:
        cursor.execute(asked, [kind, kept_moment(since), kept_moment(until)])
        yield from map(_deed, cursor.fetchall())


def _deed(row: tuple[Any, ...]) -> Deed:
    seq, at, by, message, debt, kind, conversation, team, opened_at, due_at, reason, before, again = row
    who, _, number = (by or "").partition(":")
    return Deed(
        seq=seq,
        at=read_moment(at),
        person=int(number) if who == "person" else None,
        message=message,
        debt=debt,
        kind=kind,
        conversation=conversation,
        team=team,
        opened_at=read_moment(opened_at),
        due_at=read_moment(due_at),
        reason=reason,
        answered_before=bool(before),
        taken_back=bool(again),
    )
