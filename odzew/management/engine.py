"""The parts that run: doors, worker, outbox, web; together in one process or apart."""

import faulthandler
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from django.conf import settings

from odzew.calls import fetching, lost
from odzew.calls.asterisk import watch as exchanges
from odzew.conversations import cover_notice, silence
from odzew.desk import assets
from odzew.desk.quarantine import heard
from odzew.hearing import work as hearing
from odzew.intake import calendars, drain, media, well
from odzew.intake.committer import Committer
from odzew.intake.smtp import SmtpDoor
from odzew.ledger import alarms, counters, leave
from odzew.lib.clock import now
from odzew.notices import digests, follow, old
from odzew.outbox import deliver, digest, push
from odzew.probes import judge, send
from odzew.queue.loop import Loop
from odzew.search import index
from odzew.staff import acts, sessions
from odzew.webhooks import follow as telling, keeping, send as tell, triggers

log = logging.getLogger(__name__)
SENDERS = 2
CALLERS = 2  # so that a webhook that is slow holds up no other


def due() -> int:
    """Take up what has come due by now: absences first, so that nobody who is away is told of a debt."""
    at = now()
    return leave.step(at) + alarms.step(at) + cover_notice.step(at)


class Web(uvicorn.Server):
    """The web server; told to stop, it returns, so that the other parts are stopped in order too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while it serves, and do not raise them again afterwards."""
        told = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in told}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def leave_code_alone() -> None:
    """Spare the code, which never becomes garbage: no request and no mail waits while it is gone through."""
    gc.collect()
    gc.freeze()


class Engine:
    """Starts parts and stops them in the opposite order."""

    def __init__(self) -> None:
        # A desk that hangs can be asked where: kill -USR1 prints what each thread does.
        faulthandler.register(signal.SIGUSR1, all_threads=True)
        self.stops: list[Callable[[], None]] = []
        self.drain_loop: Loop | None = None

    def work(self, *, alone: bool) -> None:
        """Start the worker: what is kept goes into the history, what is queued goes out.

        `alone` says that no other worker runs, so whatever was cut short can be taken up at once.
        """
        if alone:
            drain.release()
            deliver.doubt_what_was_cut_short(held_at_most=deliver.AT_ONCE)
        worker = drain.Drain()
        worker.reader.start()
        self.drain_loop = self._loop("drain", worker.step, pause=0.2, rest=1)
        self.stops.append(worker.reader.stop)
        self._loop("heard", lambda: hearing.step(heard.DOORS), pause=0.2, rest=1)
        for number in range(SENDERS):
            self._loop(f"outbox-{number}", deliver.step, pause=0.5, rest=1)
        self._loop("alarms", due, pause=0.5)
        self._loop("notices", lambda: follow.step(now()), pause=0.5, rest=2)
        self._loop("push", lambda: push.step(now()), pause=1, rest=2)
        self._loop("telling", lambda: telling.step(now()), pause=0.5, rest=2)
        for number in range(CALLERS):
            self._loop(f"webhooks-{number}", lambda: tell.step(now()), pause=1, rest=2)
        self._loop("old-webhooks", lambda: keeping.step(now()), pause=3600)
        self._loop("digests", lambda: digests.step(now()) + digest.step(now()), pause=5)
        self._loop("old-notices", lambda: old.step(now()), pause=3600)
        self._loop("doubt", deliver.doubt_what_was_cut_short, pause=60)
        self._loop("due", lambda: counters.advance(now()), pause=60)
        self._loop("staff-log", acts.step, pause=600)
        self._loop("sessions", sessions.step, pause=3600)
        self._loop("silence", silence.step, pause=600)
        probes = send.Sender()
        self.stops.append(probes.stop.set)
        self._loop("probes", probes.step, pause=5)
        self._loop("lost-probes", lambda: judge.step(now()), pause=5)
        self._loop("media", lambda: media.step(now()), pause=1, rest=2)
        self._loop("messengers", lambda: well.step(now()), pause=30)
        self._loop("calendars", lambda: calendars.step(now()), pause=30)
        self._loop("recordings", lambda: fetching.step(now()), pause=5)
        self._loop("lost-calls", lambda: lost.step(now()), pause=30)
        index.prepare()
        triggers.arm()
        self._loop("index", index.step, pause=0.5, rest=5)
        self._watch_mailboxes()

    def smtp(self, host: str, port: int) -> None:
        """Open the SMTP door.

        :raises OSError: when the port cannot be had
        """
        committer = Committer(self.drain_loop.wake.set if self.drain_loop else None)
        door = SmtpDoor(host, port, committer)
        door.listen()
        committer.start()
        door.start()
        self.stops += [committer.stop, door.stop]

    def web(self, door: socket.socket) -> None:
        """Serve pages until the process is told to stop."""
        assets.lay_out()
        leave_code_alone()
        config = uvicorn.Config(
            "odzew.asgi:application",
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=3,
            proxy_headers=settings.SECURE_PROXY_SSL_HEADER is not None,
            forwarded_allow_ips=settings.PROXIES,
        )
        Web(config).run(sockets=[door])

    def wait(self) -> None:
        """Wait until the process is told to stop."""
        told = threading.Event()
        leave_code_alone()

        def tell(_number: int, _frame: FrameType | None) -> None:
            told.set()

        signal.signal(signal.SIGTERM, tell)
        signal.signal(signal.SIGINT, tell)
        told.wait()

    def stop(self) -> None:
        """Stop all parts; rows in the middle of their way go on at the next start."""
        for stop in reversed(self.stops):
            stop()

    def _loop(self, name: str, step: Callable[[], int], *, pause: float, rest: float = 0) -> Loop:
        loop = Loop(name, step, pause=pause, rest=rest)
        loop.start()
        self.stops.append(loop.stop)
        return loop

    def _watch_mailboxes(self) -> None:
        from odzew.intake import mailboxes

        stopped = threading.Event()
        for name, run in (("mailboxes", mailboxes.run_all), ("exchanges", exchanges.run_all)):
            threading.Thread(target=run, args=(stopped,), name=name, daemon=True).start()
        self.stops.append(stopped.set)
