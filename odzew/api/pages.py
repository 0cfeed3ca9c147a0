"""Lists come in pages; a cursor says behind which row the next one begins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.db.models import QuerySet
from ninja import Query

from odzew.api.problems import Problem
from odzew.desk import arms, cursor as cursors

NUL_LESS = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text, and is asked for none
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str, Query(max_length=100, description="`next` of the page before; left out for the first.")
]


def behind(cursor: str) -> tuple[datetime, int] | None:
    """Return the row a cursor stands behind, None for the first page.

    :raises Problem: when it is no cursor of ours (422)
    """
    found = cursors.read(cursor)
    if cursor and found is None:
        raise Problem(422, "“cursor” is none this API has given; send `next` of the page before.")
    return found


def page(parts: Sequence[arms.Arm], cursor: str, limit: int) -> tuple[list[int], str | None]:
    """Return the numbers of a page of rows, and the cursor of the next page."""
    after = behind(cursor)
    [keys] = arms.first([[part.behind(after) for part in parts]], limit + 1)
    more = cursors.after(arms.row(keys[limit - 1])) if len(keys) > limit else None
    return arms.numbers(keys[:limit]), more


def by_moment(
    rows: "QuerySet[arms.Row]", field: str, cursor: str, limit: int
) -> tuple[list[arms.Row], str | None]:
    """Return a page of rows, the oldest first, and the cursor of the next page."""
    if (after := behind(cursor)) is not None:
        rows = rows.filter(cursors.behind(field, after))
    found = list(rows.order_by(field, "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], cursors.after((getattr(last, field), last.pk)) if last else None
