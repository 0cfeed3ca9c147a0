"""The clock a desk sees, moved by libfaketime; the tests keep the true one."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FAKETIME = "*/faketime/libfaketimeMT.so.1"
WARSAW = ZoneInfo("Europe/Warsaw")


class Clock:
    """The clock a desk sees; it may be set anew while the desk runs."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0)

    def set(self, seconds: int) -> None:
        """Let the desk see the true time and so many seconds."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n")
        draft.rename(self.file)
        self.ahead = seconds

    def now(self) -> datetime:
        """Return what the desk sees now, in Polish time."""
        return datetime.now(WARSAW) + timedelta(seconds=self.ahead)

    def on(self, to: datetime) -> None:
        """Let the desk see a moment that is still to come.

        :raises ValueError: when it has passed
        """
        seconds = (to - self.now()).total_seconds()
        if seconds < 0:
            raise ValueError(f"{to} has passed")
        self.set(self.ahead + int(seconds) + 1)

    @property
    def environment(self) -> dict[str, str]:
        """Return what moves the clock of a process."""
        [library] = Path("/usr/lib").glob(FAKETIME)
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            # What waits for a span of time waits by the monotonic clock, which no jump moves.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its correction for an old C library makes each wait for Python's lock end at once: a page then
            # costs twenty times the processor, as all threads but one spin.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
