"""The one maker of notices: it follows the journal, takes what was told, and looks at what is due soon.

Any number of workers may run it: whoever holds the row of `Follow` goes on where the last one ended,
in one transaction with the notices. So each is made once, whatever crashes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from odzew.ledger import books
from odzew.ledger.followed import lines_after
from odzew.lib.kept import kept_moment
from odzew.notices import soon, telling, write
from odzew.notices.models import Follow, Kind, Told
from odzew.notices.news import News, Over, of

AT_ONCE = 500
# While nothing is new, this is three looks at the ends of indexes.
IS_NEWS = """
SELECT COALESCE((SELECT MAX(seq) FROM odzew_head), 0) > COALESCE((SELECT MAX(seq) FROM odzew_follow), 0)
    OR EXISTS (SELECT 1 FROM odzew_told) OR EXISTS (SELECT 1 FROM odzew_watch WHERE "at" <= %s)
"""


def step(now: datetime) -> int:
    """Make notices of what is new by now, and return how many things were looked at."""
    if not _is_news(now):
        return 0
    with transaction.atomic():
        held = Follow.held()
        told = list(Told.objects.order_by("pk")[:AT_ONCE])
        lines = lines_after(held.seq, AT_ONCE)
        said = [line.entry for line in lines]
        debts = {debt.id: debt for debt in books.debts({line.obligation for line in said})}
        soon.follow(said, debts)
        warned = soon.due(now, AT_ONCE)
        write.write([*of(said, debts), *_told(told), *warned], now)
        Told.objects.filter(pk__in=[row.pk for row in told]).delete()
        if lines:
            Follow.objects.filter(pk=1).update(seq=lines[-1].seq)
    return len(told) + len(lines) + len(warned)


def _is_news(now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_NEWS, [kept_moment(now)])
        return bool(cursor.fetchone()[0])


def _told(rows: Sequence[Told]) -> Iterable[News | Over]:
    for row in rows:
        about = telling.about(row)
        if row.is_over:
            yield Over(kinds=frozenset({Kind(row.kind)}), about=about, at=row.at)
        elif row.person_id is not None:
            yield News(
                person=row.person_id,
                kind=Kind(row.kind),
                about=about,
                at=row.at,
                by=row.by,
                conversation=row.conversation,
                obligation=row.obligation,
                message=row.message,
                absence=row.absence,
            )
