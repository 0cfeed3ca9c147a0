"""Pages by cursor: the next page begins behind the last row, whatever came in between."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db.models import Q

from odzew.desk import numbers

MOST = 6  # pages that stand on one; what comes behind them begins a page of its own


def after(row: tuple[datetime, int]) -> str:
    """Return the cursor that stands behind a row sorted by a moment and a number."""
    moment, number = row
    return f"{moment.isoformat()}_{number}"


def read(cursor: str) -> tuple[datetime, int] | None:
    """Return the row a cursor stands behind, or None when it is no cursor."""
    moment, _, number = cursor.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        row = numbers.number(number)
        return (at.astimezone(UTC), row) if at.tzinfo and row is not None else None
    except (ValueError, OverflowError):
        return None


def pages(given: Mapping[str, str]) -> int:
    """Return how many pages a list shows at once: it has grown so far while somebody read on (more.js)."""
    return min(max(numbers.number(given.get("pages", "")) or 1, 1), MOST)


def behind(field: str, row: tuple[datetime, int], *, backwards: bool = False) -> Q:
    """Return the condition for rows behind a cursor, sorted by `field` and then by number."""
    moment, number = row
    first, then = ("lte", "gte") if backwards else ("gte", "lte")
    return Q(**{f"{field}__{first}": moment}) & ~Q(**{field: moment, f"pk__{then}": number})
