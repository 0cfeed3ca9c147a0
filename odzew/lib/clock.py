"""The only place that reads the clock; everywhere else a moment is an argument (docs/adr)."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that only grow, for measuring how long something took and for nothing else.

    A wall clock set back (NTP, an administrator) must not make a wait endless or an effort negative.
    """
    return time.monotonic()
