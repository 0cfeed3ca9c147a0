"""Reading under limits of time and memory: a child process that may die for its mail."""

import os
import pickle
import select
import struct
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future
from threading import Lock, Thread
from time import monotonic
from typing import Any, BinaryIO, cast

from odzew.channels.base import Inbound
from odzew.intake.answers import understood
from odzew.intake.child import give

RENEW_AFTER = 20_000  # payloads; whatever a parser leaks goes with its process
Job = tuple[str, bytes, dict[str, Any]]
Look = tuple[str, bytes, dict[str, Any], str]  # a payload of which a screen wants a page or a file


class TooMuch(Exception):
    """A payload took more time or memory than one payload may."""


class Ended(Exception):
    """The reader was told to end; what it had in hand is as it was, and no try of it is counted."""


class Reader:
    """Owns one child process and renews it whenever it dies or does not answer."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self.child: subprocess.Popen[bytes] | None = None
        self.done = 0
        self.turn = Lock()
        self.ended = False

    def begin(self, jobs: Iterable[Job]) -> "Future[list[Inbound | str]]":
        """Return at once what will hold the answers of `read_all`; calls take turns."""
        future: Future[list[Inbound | str]] = Future()
        # A daemon: a process that is told to end does not wait for a mail that takes its twenty seconds.
        Thread(target=self._fulfil, args=(future, jobs), name="reading", daemon=True).start()
        return future

    def _fulfil(self, future: "Future[list[Inbound | str]]", jobs: Iterable[Job]) -> None:
        try:
            future.set_result(self.read_all(jobs))
        except BaseException as error:  # whoever waits for it raises it
            future.set_exception(error)

    def read_all(self, jobs: Iterable[Job]) -> list[Inbound | str]:
        """Return for each job what it says, or the words of what went wrong.

        :raises Ended: when it is told to stop meanwhile
        """
        with self.turn:
            return [self.read(job) for job in jobs]

    def read(self, job: Job) -> Inbound | str:
        """Return what one payload says, or the words of what went wrong.

        :raises Ended: when it is told to stop meanwhile
        """
        said: Inbound | str = self._ask(job)
        return said

    def look(self, look: Look) -> tuple[Any] | str:
        """Return the one thing a screen wants of a payload, or the words of what went wrong.

        :raises Ended: when it is told to stop meanwhile
        """
        said: tuple[Any] | str = self._ask(look)
        return said

    def _ask(self, job: Job | Look) -> Any:
        child = self._living()
        try:
            give(cast(BinaryIO, child.stdin), job)
            self.done += 1
            said = self._answer(child)
        except (TooMuch, OSError, pickle.UnpicklingError) as error:
            if self.ended:
                raise Ended from error
            self._end()
            return f"Reading it was stopped: {error}"
        return said

    def start(self) -> None:
        """Start the child process now, so that the first payload does not wait for it."""
        self.ended = False
        self._living()

    def stop(self) -> None:
        """End the child process; nothing is read until the next start."""
        self.ended = True
        self._end()

    def _end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _living(self) -> subprocess.Popen[bytes]:
        if self.ended:
            raise Ended
        if self.done >= RENEW_AFTER:
            self._end()
        if self.child is None or self.child.poll() is not None:
            self._end()
            self.done = 0
            limits = [str(self.megabytes), str(self.seconds)]
            command = [sys.executable, "-P", "-m", "odzew.intake.child", *limits]
            # Our own interpreter and module; nothing of a stranger's is in the command.
            self.child = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self.child

    def _answer(self, child: subprocess.Popen[bytes]) -> Any:
        answers = cast(BinaryIO, child.stdout).fileno()
        end = monotonic() + self.seconds
        (size,) = struct.unpack("!I", self._bytes(answers, 4, end))
        return understood(self._bytes(answers, size, end))

    def _bytes(self, fileno: int, count: int, end: float) -> bytes:
        got = bytearray()
        while len(got) < count:
            ready, _, _ = select.select([fileno], [], [], max(0, end - monotonic()))
            if not ready:
                raise TooMuch(f"it took more than {self.seconds:.0f} seconds")
            more = os.read(fileno, min(1 << 20, count - len(got)))
            if not more:
                raise TooMuch(f"its reader died, perhaps of more than {self.megabytes} MB")
            got += more
        return bytes(got)
