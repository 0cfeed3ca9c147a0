"""Reading under limits of time and memory: a child process that may die for its mail."""

import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from itertools import islice
from threading import Lock, Thread
from typing import Any

from odzew.channels.base import Inbound
from odzew.intake import frames
from odzew.intake.answers import understood

RENEW_AFTER = 20_000  # payloads; whatever a parser leaks goes with its process
Job = tuple[str, bytes, dict[str, Any]]
Look = tuple[str, bytes, dict[str, Any], str]  # a payload of which a screen wants a page or a file


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
            waiting, said = list(jobs), list[Inbound | str]()
            while len(said) < len(waiting):
                said += self._read_on(waiting[len(said) :])
            return said

    def read(self, job: Job) -> Inbound | str:
        """Return what one payload says, or the words of what went wrong.

        :raises Ended: when it is told to stop meanwhile
        """
        return self.read_all([job])[0]

    def look(self, look: Look) -> tuple[Any] | str:
        """Return the one thing a screen wants of a payload, or the words of what went wrong.

        :raises Ended: when it is told to stop meanwhile
        """
        with self.turn:
            said: tuple[Any] | str = self._read_on([look])[0]
            return said

    def _read_on(self, jobs: Sequence[Job | Look]) -> list[Any]:
        """Return the answers up to the first job that ends the reader; the next one gets a new reader."""
        child, said = self._living(), list[Any]()
        answers = frames.exchange(child, map(frames.framed, jobs), self.seconds)
        try:
            for body in islice(answers, len(jobs)):
                said.append(understood(body))
                self.done += 1
        except (frames.Silent, frames.Gone, OSError, ValueError, pickle.UnpicklingError) as error:
            if self.ended:
                raise Ended from error
            self._end()
            said.append(f"Reading it was stopped: {self._words(error)}")
        except BaseException:
            self._end()  # what it still answers must not be taken for the answers to what comes next
            raise
        return said

    def _words(self, error: Exception) -> str:
        if isinstance(error, frames.Silent):
            return f"it took more than {self.seconds:.0f} seconds"
        if isinstance(error, frames.Gone):
            return f"its reader died, perhaps of more than {self.megabytes} MB"
        return str(error)

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
            frames.widen(self.child)
        return self.child
