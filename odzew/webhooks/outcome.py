"""What came of one try to tell a webhook something."""

from dataclasses import dataclass

GONE = 410  # Standard Webhooks: its receiver wants nothing any more


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, None when there was none, how long it took, and what was said."""

    status: int | None
    milliseconds: int
    said: str

    @property
    def is_taken(self) -> bool:
        """Return whether it was taken; a redirect is not followed, and takes nothing."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refused_for_good(self) -> bool:
        """Return whether the receiver wants nothing any more."""
        return self.status == GONE
