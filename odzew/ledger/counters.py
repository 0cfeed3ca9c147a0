"""What each person owes, counted in the same transaction as the books (docs/ledger.md#counters).

"Late" is a matter of time: the counters know what was due before `Head.due_until`, whoever reads adds
the debts that fell due since, and `advance` moves that moment on. Both cost what fell due, not what is open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from odzew.domain.audit import Finding
from odzew.domain.obligation import Obligation, State
from odzew.ledger.models import Head, Load
from odzew.lib.kept import kept_moment

Key = tuple[int, int, str]

ADD = """
INSERT INTO odzew_load (owner_id, team_id, kind, open, late) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (owner_id, team_id, kind)
DO UPDATE SET open = odzew_load.open + excluded.open, late = odzew_load.late + excluded.late
"""
# What fell due in a span of time, and by whom it is owed.
DUE = """
SELECT owner_id, team_id, kind, 0, {sign}COUNT(*) FROM odzew_owed
WHERE state = 'open' AND due_at >= {since} AND due_at < {until} GROUP BY owner_id, team_id, kind
"""
UNTIL = "(SELECT due_until FROM odzew_head)"
# A clock that was set back reads less than was counted, so both directions are asked for.
NOW = f"""
SELECT owner_id, team_id, kind, open, late FROM odzew_load
UNION ALL {DUE.format(sign="", since=UNTIL, until="%s")}
UNION ALL {DUE.format(sign="-", since="%s", until=UNTIL)}
"""  # noqa: S608  made of the constants above
# The same, with what falls due later, before a moment.
AND_SOON = f"""
SELECT counted.*, 0 FROM ({NOW}) AS counted
UNION ALL SELECT owner_id, team_id, kind, 0, 0, COUNT(*) FROM odzew_owed
WHERE state = 'open' AND due_at >= %s AND due_at < %s GROUP BY owner_id, team_id, kind
"""  # noqa: S608  made of the constants above
AGAIN = """
INSERT INTO odzew_load (owner_id, team_id, kind, open, late)
SELECT owner_id, team_id, kind, COUNT(*), SUM(CASE WHEN due_at < %s THEN 1 ELSE 0 END)
FROM odzew_owed WHERE state = 'open' GROUP BY owner_id, team_id, kind
"""


@dataclass(frozen=True, slots=True)
class Line:
    """So much of one kind a person owes in a team."""

    owner: int
    team: int
    kind: str
    open: int
    late: int
    soon: int = 0


def at(now: datetime, until: datetime | None = None) -> list[Line]:
    """Return what everybody owes at a moment; several lines may be of one person, team and kind.

    `soon` is what falls due from then on, before `until`; it costs as much as that is.
    """
    with connection.cursor() as cursor:
        moment = kept_moment(now)
        if until is None:
            cursor.execute(NOW, [moment, moment])
        else:
            cursor.execute(AND_SOON, [moment, moment, moment, kept_moment(until)])
        return [Line(*row) for row in cursor.fetchall()]


def of(debts: Iterable[Obligation], until: datetime) -> tuple[Counter[Key], Counter[Key]]:
    """Count debts as the table does: what is open, and what of it was due before `until`."""
    opened, late = Counter[Key](), Counter[Key]()
    for debt in debts:
        if debt.state is State.OPEN:
            key = (debt.owner, debt.team, str(debt.kind))
            opened[key] += 1
            late[key] += debt.due_at < until
    return opened, late


def carry(before: Iterable[Obligation], after: Iterable[Obligation], until: datetime) -> None:
    """Take debts as they were out of the counters, and put them in as they are; for the books alone."""
    opened, late = of(after, until)
    was_opened, was_late = of(before, until)
    opened.subtract(was_opened)
    late.subtract(was_late)
    # In one order, so that two writers never wait for each other.
    _add([(*key, n, late[key]) for key, n in sorted(opened.items()) if n or late[key]])


def advance(now: datetime) -> int:
    """Count what fell due until now, and return how much that was; it costs what fell due."""
    if not any(_due_since(now)):
        return 0  # nothing to write, and no writer to wait for
    with transaction.atomic():
        Head.held()
        changed = _due_since(now)
        _add([row for row in changed if row[4]])
        Head.objects.filter(pk=1).update(due_until=now)
    return sum(abs(row[4]) for row in changed)


def recount(now: datetime) -> None:
    """Count everything again, whatever the counters say; it costs what is open."""
    with transaction.atomic():
        Head.held()
        Load.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(AGAIN, [kept_moment(now)])
        Head.objects.filter(pk=1).update(due_until=now)


def findings(debts: Iterable[Obligation]) -> Iterator[Finding]:
    """Return a finding for each counter that says something else than the debts do."""
    until = Head.objects.filter(pk=1).values_list("due_until", flat=True).first()
    if until is None:
        return  # that the head is gone is a finding of its own
    opened, late = of(debts, until)
    kept = {(row.owner_id, row.team_id, row.kind): (row.open, row.late) for row in Load.objects.all()}
    for key in sorted(opened.keys() | kept.keys()):
        counted, said = (opened[key], late[key]), kept.get(key, (0, 0))
        if counted != said:
            what = "The counter says {} open, {} late; the table holds {}, {}.".format(*said, *counted)
            where = "person {} in team {}, {}".format(*key)
            yield Finding(10, f"{what} `odzew audit --recount` counts again.", where)


def _due_since(now: datetime) -> list[tuple[Any, ...]]:
    spans = (("", UNTIL, "%s"), ("-", "%s", UNTIL))
    sql = " UNION ALL ".join(DUE.format(sign=sign, since=a, until=b) for sign, a, b in spans)
    with connection.cursor() as cursor:
        cursor.execute(sql, [kept_moment(now)] * 2)
        return list(cursor.fetchall())


def _add(rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)
