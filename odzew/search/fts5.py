"""The index in SQLite: an FTS5 table whose rows are numbered by their place (sqlite.org/fts5.html)."""

from collections.abc import Sequence

from django.db import connection

from odzew.search.match import Found, Match, Run, Span
from odzew.search.models import Indexed
from odzew.search.words import NUMBER_BITS, Words

_WRITE = (
    "INSERT INTO odzew_words (rowid, sender, receiver, said, lemmas, facts) VALUES (%s, %s, %s, %s, %s, %s)"
)
_FORGET = "DELETE FROM odzew_words WHERE rowid = (SELECT place FROM odzew_indexed WHERE message = %s)"
_PLACE = (
    "INSERT INTO odzew_indexed (message, place) VALUES (%s, %s) "
    "ON CONFLICT (message) DO UPDATE SET place = excluded.place"
)
_FIND = (
    "SELECT rowid FROM odzew_words WHERE odzew_words MATCH %s AND rowid >= %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s"
)


def write(rows: Sequence[Words]) -> None:
    """Put messages into the index, in place of what it had of them."""
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET, [(row.message,) for row in rows])
        cursor.executemany(_WRITE, [_row(row) for row in rows])
        cursor.executemany(_PLACE, [(row.message, row.place) for row in rows])


def forget(messages: Sequence[int]) -> None:
    """Take messages out of the index."""
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET, [(message,) for message in messages])
    Indexed.objects.filter(message__in=messages).delete()


def _row(row: Words) -> tuple[int | str, ...]:
    columns = (row.sender, row.receiver, row.said, row.lemmas, row.facts)
    return (row.place, *(" ".join(column) for column in columns))


def find(match: Match, span: Span, limit: int) -> tuple[Found, bool]:
    """Return what matches within a span, the newest first, and whether that is all."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_asked(match), span.first, span.below, limit])
        found = [(place, place & (1 << NUMBER_BITS) - 1) for (place,) in cursor.fetchall()]
    return found, len(found) < limit


def _asked(match: Match) -> str:
    groups = (" OR ".join(_run(run) for run in group) for group in match.groups)
    return " AND ".join(f"({group})" for group in groups)


def _run(run: Run) -> str:
    beginning = " *" if run.is_beginning else ""
    return f'{{{" ".join(run.columns)}}} : "{" ".join(run.words)}"{beginning}'
