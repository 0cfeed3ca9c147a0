"""Counts that cost the same however much there is."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

LIMIT = 999


def count(rows: "QuerySet[Any]") -> int:
    """Return how many rows there are, at most one more than `LIMIT`."""
    return many([[rows]])[0]


def many(groups: Sequence[Sequence["QuerySet[Any]"]]) -> list[int]:
    """Return for each group how many rows its sets hold together, in one query.

    The sets of a group hold no row twice. Each is counted in its own order and up to `LIMIT`, so
    that an index in that order ends the count.
    """
    terms: list[str] = []
    values: list[Any] = []
    for group in groups:
        counted = ["0"]
        for rows in group:
            sql, params = _select(rows)
            if sql:
                # The compiler's own SQL; whatever came from outside is among the parameters.
                counted.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608
                values += params
        terms.append(" + ".join(counted))
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(terms), values)
        return [min(n, LIMIT + 1) for n in cursor.fetchone()]


def _select(rows: "QuerySet[Any]") -> tuple[str, tuple[Any, ...]]:
    try:
        return rows.values("pk")[: LIMIT + 1].query.sql_with_params()
    except EmptyResultSet:
        return "", ()


def words(number: int) -> str:
    """Return a count as it is shown: the number itself, or "999+"."""
    return f"{LIMIT}+" if number > LIMIT else str(number)
