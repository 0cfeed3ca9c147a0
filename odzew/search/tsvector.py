"""The index in PostgreSQL: a tsvector with GIN; a sign before a word tells its column.

Weights would tell it too, but then GIN has to look at the words of every row it finds (the manual,
"GIN and GiST Index Types").
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from odzew.search.match import FACTS, LEMMAS, RECEIVER, SAID, SENDER, Found, Match, Run, Span
from odzew.search.models import Indexed
from odzew.search.words import Words

_SIGNS = {SAID: "", SENDER: "<", RECEIVER: ">", LEMMAS: "~", FACTS: "#"}
_NEWEST = 3_000
"""So many of the newest are looked at one by one before the whole index is asked: a common word is
among them often enough, and GIN would first collect every place it has."""
_WRITE = (
    "INSERT INTO odzew_indexed (message, place, words) VALUES (%s, %s, %s::tsvector) "
    "ON CONFLICT (message) DO UPDATE SET place = excluded.place, words = excluded.words"
)
_ENOUGH = 3
"""A third of what is wanted, found among the newest, is enough to come back with."""
# Materialized: the planner thinks each word of an OR more common than it is, and would read by place.
_FIND = (
    "WITH hits AS MATERIALIZED (SELECT place, message FROM odzew_indexed "
    "WHERE words @@ %s::tsquery AND place >= %s AND place < %s) "
    "SELECT place, message FROM hits ORDER BY place DESC LIMIT %s"
)
_FIND_NEWEST = (
    "SELECT place, message FROM (SELECT place, message, words FROM odzew_indexed "
    "WHERE place >= %s AND place < %s ORDER BY place DESC LIMIT %s) AS newest "
    "WHERE words @@ %s::tsquery ORDER BY place DESC LIMIT %s"
)
_LAST_OF_NEWEST = (
    "SELECT place FROM odzew_indexed WHERE place >= %s AND place < %s ORDER BY place DESC OFFSET %s LIMIT 1"
)


def write(rows: Sequence[Words]) -> None:
    """Put messages into the index, in place of what it had of them."""
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, [(row.message, row.place, _vector(row)) for row in rows])


def forget(messages: Sequence[int]) -> None:
    """Take messages out of the index."""
    Indexed.objects.filter(message__in=messages).delete()


def _vector(row: Words) -> str:
    ordered = [*_placed(SAID, row.said), *_placed(SENDER, row.sender), *_placed(RECEIVER, row.receiver)]
    places: dict[str, list[str]] = {}
    for lexeme, number in ordered:
        places.setdefault(lexeme, []).append(str(number))
    parts = [f"'{lexeme}':{','.join(numbers)}" for lexeme, numbers in places.items()]
    parts += [f"'{_SIGNS[LEMMAS]}{word}'" for word in row.lemmas]
    parts += [f"'{_SIGNS[FACTS]}{word}'" for word in row.facts]
    return " ".join(parts)


def _placed(column: str, words: Sequence[str]) -> Iterable[tuple[str, int]]:
    return ((_SIGNS[column] + word, number) for number, word in enumerate(words, 1))


def find(match: Match, span: Span, limit: int) -> tuple[Found, bool]:
    """Return what matches within a span, the newest first, and whether that is all."""
    asked = _asked(match)
    with connection.cursor() as cursor:
        cursor.execute(_FIND_NEWEST, [span.first, span.below, _NEWEST, asked, limit])
        found: list[tuple[int, int]] = cursor.fetchall()
        if len(found) * _ENOUGH >= limit:
            return found, False
        cursor.execute(_LAST_OF_NEWEST, [span.first, span.below, _NEWEST - 1])
        last = cursor.fetchone()
        if last:
            cursor.execute(_FIND, [asked, span.first, last[0], limit - len(found)])
            found += cursor.fetchall()
    return found, len(found) < limit


def _asked(match: Match) -> str:
    return " & ".join(f"({_any(group)})" for group in match.groups)


def _any(runs: Sequence[Run]) -> str:
    return " | ".join(_run(run, column) for run in runs for column in run.columns)


def _run(run: Run, column: str) -> str:
    lexemes = [f"'{_SIGNS[column]}{word}'" for word in run.words]
    if run.is_beginning:
        lexemes[-1] += ":*"
    return f"({' <-> '.join(lexemes)})"
