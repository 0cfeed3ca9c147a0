"""Moments as written-out statements take and give them, where no field of the ORM stands between."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection


def kept_moment(moment: datetime) -> Any:
    """Return a moment as a written-out statement takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def read_moment(kept: Any) -> datetime:
    """Return the moment a written-out statement gave."""
    # SQLite may give the text it keeps, and a moment without the zone, which is UTC.
    moment = kept if isinstance(kept, datetime) else datetime.fromisoformat(kept)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
