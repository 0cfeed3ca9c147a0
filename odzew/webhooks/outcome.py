"""What came of one try to tell a webhook something."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ASKS_TO_WAIT = (429, 503)  # RFC 6585 §4 and RFC 9110 §15.6.4: with these Retry-After says how long
GONE = 410  # Standard Webhooks: its receiver wants nothing any more


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, None when there was none, how long it took, and what was said."""

    status: int | None
    milliseconds: int
    said: str
    wait: timedelta = timedelta()  # it asks to be left alone for so long

    @property
    def is_taken(self) -> bool:
        """Return whether it was taken; a redirect is not followed, and takes nothing."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refused_for_good(self) -> bool:
        """Return whether the receiver wants nothing any more."""
        return self.status == GONE


def wait_of(status: int, said: str, now: datetime) -> timedelta:
    """Return how long an answer asks to be left alone by Retry-After (RFC 9110 §10.2.3); else nothing."""
    if status not in ASKS_TO_WAIT or not said:
        return timedelta()
    try:  # a receiver says what it likes: more digits than int() takes, a date of no calendar
        if said.isascii() and said.isdigit():
            return timedelta(seconds=min(int(said), 10**9))
        until = parsedate_to_datetime(said)
        return max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta())
    except (ValueError, TypeError, OverflowError):
        return timedelta()
