"""Days as people type them."""

import re
from datetime import UTC, datetime, tzinfo

_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_LOCAL = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})")


def read(text: str, zone: tzinfo) -> datetime | None:
    """Return the beginning of a day (or of a month or a year) in `zone`, or None when it is no date."""
    found = _ISO.fullmatch(text) or _LOCAL.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
    try:
        return datetime(year, month, day, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
