"""A column that no index is to serve."""

from typing import Any

from django.db.models import Func


class ByEye(Func):
    """A column that rows found otherwise are looked at for.

    SQLite keeps no figures of how many rows have a value, and takes an index of millions for one of ten;
    `+column` is the column to both databases, and none of its indexes is thought of (sqlite.org,
    "The SQLite Query Optimizer Overview", disqualifying terms by unary +). For columns of numbers.
    """

    template = "+%(expressions)s"
    arity = 1

    def __init__(self, column: str, **more: Any) -> None:
        super().__init__(column, **more)
