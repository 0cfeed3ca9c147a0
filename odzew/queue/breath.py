"""Room for the others: SQLite has one writer, and who waits for it looks every tenth of a second at most."""

from time import sleep

from django.db import connection

from odzew.lib.clock import monotonic

WORKS, RESTS = 0.2, 0.15  # seconds (sqlite3_busy_timeout)


class Breath:
    """Lets a running desk write in between: whoever writes one thing after the other calls it after each."""

    def __init__(self) -> None:
        self.since = monotonic()

    def __call__(self) -> None:
        """This function will rest a moment on SQLite when there was none for a while."""
        if connection.vendor == "sqlite" and monotonic() - self.since > WORKS:
            sleep(RESTS)
            self.since = monotonic()
