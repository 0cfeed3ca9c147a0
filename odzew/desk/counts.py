"""Counts that cost the same however much there is."""

from typing import Any

from django.db.models import QuerySet

LIMIT = 999


def count(rows: "QuerySet[Any]") -> int:
    """Return how many rows there are, at most one more than `LIMIT`."""
    return rows.order_by()[: LIMIT + 1].count()


def words(number: int) -> str:
    """Return a count as it is shown: the number itself, or "999+"."""
    return f"{LIMIT}+" if number > LIMIT else str(number)
