"""Rows that wait for a worker: whose turn it is, and when one that failed is tried again."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import OperationalError, models
from django.db.models import Q, QuerySet

Rows = TypeVar("Rows", bound=models.Model)
TRIES = 3
AGAIN_AFTER = timedelta(seconds=2)
NEVER_SO_LONG = timedelta(days=1)  # nothing is put off for longer: its moment is of a clock that jumped


def due(rows: "QuerySet[Rows]", at: datetime, longest: timedelta = NEVER_SO_LONG) -> "QuerySet[Rows]":
    """This function will return those of the rows whose turn it is, by their `next_try_at`."""
    return rows.filter(turn(at, at + longest))


def turn(at: datetime, never: datetime) -> Q:
    """This function will return the condition that it is a row's turn; nothing is put off until `never`."""
    return Q(next_try_at=None) | Q(next_try_at__lte=at) | Q(next_try_at__gt=never)


def again(tries: int, at: datetime) -> datetime:
    """This function will return when a row that has failed so often is tried again."""
    return at + AGAIN_AFTER * tries


def is_its_own_fault(error: OperationalError) -> bool:
    """This function will return whether it was the row that failed, and not the server it goes to."""
    # Class 54, "program limit exceeded", is about what was to be written, not about the server
    # (PostgreSQL, appendix A): waiting for better days would stop all that is behind it.
    return str(getattr(error.__cause__, "sqlstate", "") or "").startswith("54")
