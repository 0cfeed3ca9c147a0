"""Loops that do the work of rows, each in a thread, until they are told to stop."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connections

log = logging.getLogger(__name__)
AFTER_A_FAILURE = 2.0  # seconds


class Loop(Thread):
    """Calls `step` again at once while it finds work, else after `pause` seconds or a wake-up."""

    def __init__(self, name: str, step: Callable[[], int], *, pause: float) -> None:
        super().__init__(name=name, daemon=True)
        self.step = step
        self.pause = pause
        self.wake = Event()
        self.stopped = Event()

    def run(self) -> None:
        """Work until stopped. A failed step leaves its rows as they were, and is tried again."""
        while not self.stopped.is_set():
            self.wake.clear()
            if not self._once():
                self.wake.wait(self.pause)
        connections.close_all()

    def _once(self) -> int:
        try:
            close_old_connections()
            return self.step()
        except Exception:
            # The rows say what is left to do; the reason goes to the log, and the step is tried again.
            log.exception("The loop %s failed; it goes on.", self.name)
            self.stopped.wait(AFTER_A_FAILURE)
            return 0

    def stop(self) -> None:
        """End the loop after the round it is in."""
        self.stopped.set()
        self.wake.set()
