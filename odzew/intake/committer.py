"""Many sessions share one commit: the disk is asked once for all that wait for it."""

import asyncio
import logging
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from django.db import Error, close_old_connections, connections

from odzew.intake.keep import Payload, keep
from odzew.lib.clock import monotonic

log = logging.getLogger(__name__)
AT_MOST = 200  # payloads a commit
BYTES_AT_MOST = 32 * 2**20
PATIENCE = 8.0  # seconds a sender waits for an answer while the database is silent


class CannotKeep(Exception):
    """The payloads are not kept: the sender has to keep them. `for_good` until the desk is restarted."""

    def __init__(self, said: str, *, for_good: bool = False) -> None:
        super().__init__(said)
        self.for_good = for_good


@dataclass(slots=True)
class Waiting:
    """Payloads of one session that wait for the disk."""

    payloads: list[Payload]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"

    @property
    def size(self) -> int:
        return sum(len(p.content) for p in self.payloads)

    def tell(self, error: Exception | None) -> None:
        self.loop.call_soon_threadsafe(self._set, error)

    def _set(self, error: Exception | None) -> None:
        if self.done.cancelled():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Committer(Thread):
    """The thread that writes what all sessions hand in."""

    def __init__(self, kept: object = None) -> None:
        super().__init__(name="committer", daemon=True)
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.kept = kept
        self.broken = ""
        self.busy_since: float | None = None

    async def keep(self, payloads: list[Payload]) -> None:
        """Return when the payloads are on disk.

        :raises CannotKeep: when they are not, or not in time; then they may be kept all the same
            a little later, and what the sender brings again is known for a duplicate
        """
        if self.is_stuck():
            raise CannotKeep("The database has been silent for too long.")
        loop = asyncio.get_running_loop()
        waiting = Waiting(payloads, loop, loop.create_future())
        self.queue.put(waiting)
        try:
            await asyncio.wait_for(waiting.done, PATIENCE)
        except TimeoutError:
            log.error("A mail was refused for now: the database does not answer.")
            raise CannotKeep(f"The database has been silent for {PATIENCE:.0f} s.") from None

    def is_stuck(self) -> bool:
        """Tell whether the round in hand takes so long that nobody should wait for the next one."""
        since = self.busy_since
        return since is not None and monotonic() - since > PATIENCE

    def run(self) -> None:
        """Commit round after round until told to stop."""
        while (first := self.queue.get()) is not None:
            self._commit(self._more(first))
        connections.close_all()

    def stop(self) -> None:
        """End after the round in hand."""
        self.queue.put(None)

    def _more(self, first: Waiting) -> list[Waiting]:
        round_, size = [first], first.size
        while len(round_) < AT_MOST and size < BYTES_AT_MOST:
            try:
                waiting = self.queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                self.queue.put(None)
                break
            round_.append(waiting)
            size += waiting.size
        return round_

    def _commit(self, round_: list[Waiting]) -> None:
        # Whose sender has been told "not now" is brought again by him.
        round_ = [waiting for waiting in round_ if not waiting.done.cancelled()]
        self.busy_since = monotonic()
        error = self._try([p for waiting in round_ for p in waiting.payloads])
        self.busy_since = None
        for waiting in round_:
            waiting.tell(error)
        if error is None and callable(self.kept):
            self.kept()

    def _try(self, payloads: list[Payload]) -> CannotKeep | None:
        if self.broken:
            return CannotKeep(self.broken, for_good=True)
        try:
            close_old_connections()
            keep(payloads)
        except Error as error:
            log.error("Nothing was kept: %s", error)
            connections.close_all()
            if "disk I/O error" in str(error):
                # After a failed fsync the pages may be marked clean: no later success proves anything.
                self.broken = f"The disk failed ({error}); restart the desk after mending it."
            return CannotKeep(str(error), for_good=bool(self.broken))
        return None
