"""Loops that do the work of rows, each in a thread, until they are told to stop."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connections

from odzew.lib.clock import monotonic
from odzew.queue.quiet import Quiet

log = logging.getLogger(__name__)
AFTER_A_FAILURE = 2.0  # seconds


class Loop(Thread):
    """Calls `step` again at once while it finds work, else after `pause` seconds or a wake-up.

    With a `rest`, in seconds, it looks only so often while nobody writes to the books: for work that a
    row of somebody's makes, or whose moment may be that much late.
    """

    def __init__(self, name: str, step: Callable[[], int], *, pause: float, rest: float = 0) -> None:
        super().__init__(name=name, daemon=True)
        self.step = step
        self.pause = pause
        self.rest = rest
        self.quiet = Quiet()
        self.rests_until = 0.0
        self.wake = Event()
        self.stopped = Event()

    def run(self) -> None:
        """Work until stopped. A failed step leaves its rows as they were, and is tried again."""
        while not self.stopped.is_set():
            woken = self.wake.is_set()
            self.wake.clear()
            if not self.once(woken):
                self.wake.wait(self.pause)
        connections.close_all()

    def once(self, woken: bool = False) -> int:
        """Look once, if it is time to or it was `woken`; this function will return how much was found."""
        try:
            close_old_connections()
            if self._may_rest() and not woken:
                return 0
            self.rests_until = 0.0
            found = self.step()
            if not found:
                self.rests_until = monotonic() + self.rest
            return found
        except Exception:
            # The rows say what is left to do; the reason goes to the log, and the step is tried again.
            log.exception("The loop %s failed; it goes on.", self.name)
            self.stopped.wait(AFTER_A_FAILURE)
            return 0

    def _may_rest(self) -> bool:
        return self.rest > 0 and self.quiet.since_last() and monotonic() < self.rests_until

    def stop(self) -> None:
        """End the loop after the round it is in."""
        self.stopped.set()
        self.wake.set()
