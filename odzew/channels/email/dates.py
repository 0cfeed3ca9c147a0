"""The Date of a mail (RFC 5322 §3.3 and what is written in its place)."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz


def read(raw: bytes | None) -> datetime | None:
    """Return the moment in UTC, None when there is none or it cannot be."""
    if not raw:
        return None
    text = " ".join(raw[:200].decode("ascii", "replace").split())
    return _parsed(text) or _parsed(re.sub(r"^[^\d]*(?=\d)", "", text)) or _iso(text)


def _parsed(text: str) -> datetime | None:
    """Return the moment of a date as mailers write it."""
    try:
        found = parsedate_tz(text)
        if found is None:
            return None
        year, month, day, hour, minute, second = found[:6]
        at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return at - timedelta(seconds=found[9] or 0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _iso(text: str) -> datetime | None:
    """Return the moment of an ISO 8601 date; one without a zone is taken as UTC."""
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
