"""A desk that is meant to be hurt: it may run under another program, or with a safeguard missing."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from odzew.lib import sealing
from tests import blank
from tests.faults.books import Books
from tests.servers import process
from tests.servers.desk import Desk

KEY = "a key that is only good for tests"
ROOT = Path(__file__).parents[2]


class Victim(Desk):
    """`broken` names a module of tests/faults/broken, `under` a program to run the desk by."""

    def __init__(
        self, data: Path, *, broken: str = "", under: Sequence[object] = (), **environment: str
    ) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        given = {"ODZEW_SECRET_KEY": KEY, "PYTHONPATH": path, **environment}
        super().__init__(data, **given)
        self.log_file = data.with_name(f"{data.name}.log")
        self.broken, self.under = broken, list(under)
        self._tracers: list[subprocess.Popen[bytes]] = []
        self.books = Books(environment.get("DATABASE_URL") or data / "odzew.sqlite3")

    def launch(self) -> None:
        """Start the desk, and wait for nothing."""
        module = f"tests.faults.broken.{self.broken}" if self.broken else "odzew"
        ports = ["--port", self.port, "--smtp-port", self.smtp_port]
        words = [*self.under, sys.executable, "-m", module, "serve", "--empty", "--data", self.data, *ports]
        with self.log_file.open("ab") as output:
            self._running = subprocess.Popen(
                [str(word) for word in words],
                stdout=output, stderr=output, env=self.environment, start_new_session=True,
            )  # fmt: skip

    def start(self, seconds: float = 60) -> None:
        """Start the desk and wait until it says it is ready."""
        self.launch()
        process.wait_until(self.is_ready, what="the desk", seconds=seconds, log=self.log_file)

    def wait_for_the_door(self) -> bool:
        """Wait until the SMTP door is open; tell whether the desk lived to open it."""
        process.wait_until(
            lambda: self.is_dead() or process.is_open(self.smtp_port),
            what="the door",
            seconds=60,
            log=self.log_file,
        )
        return not self.is_dead()

    def trace(self, *words: str, others: Sequence[int] = ()) -> None:
        """Lay strace on the running desk, or on others; it counts from now, in each thread for itself."""
        pids = others or [self.pid]
        # --seccomp-bpf would be quicker, but strace 6.1 then never gets to when=2.
        command = ["strace", "-f", "-qq", "-o", "/dev/null", *words]
        command += [word for pid in pids for word in ("-p", str(pid))]
        tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self._tracers.append(tracer)
        process.wait_until(
            lambda: all(map(_is_traced, pids)), what="strace on all threads", log=self.log_file
        )

    def untrace(self) -> None:
        """Take strace off again, if it is still there."""
        while self._tracers:
            process.stop(self._tracers.pop(), how=signal.SIGINT)

    def books_answer(self) -> bool:
        """Tell whether the database takes questions."""
        try:
            return bool(self.books.rows("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def is_dead(self) -> bool:
        """Tell whether the desk has ended, by itself or not."""
        return self._running is None or self._running.poll() is not None

    @property
    def pid(self) -> int:
        assert self._running
        return self._running.pid

    def kill(self) -> None:
        """Kill the desk and all it started at once, if it still runs."""
        if self._running:
            group = self._running.pid
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            self._running.wait()
            # A desk under another program is nobody's child here, and holds its ports until it is gone.
            process.wait_until(lambda: not _is_alive(group), what="the end of the killed")
            self._running = None
        self.untrace()

    def say(self, *words: str) -> dict[str, object]:
        """Return what a command prints as JSON, whatever it exits with."""
        done = subprocess.run(
            [sys.executable, "-m", "odzew", *words, "--json", "--data", self.data],
            capture_output=True, env=self.environment,
        )  # fmt: skip
        assert done.stdout, done.stderr.decode()
        return dict(json.loads(done.stdout))

    def answer_all(self) -> int:
        """Let a person answer all that is owed; return how many answers wait in the outbox."""
        command = [sys.executable, "-m", "tests.faults.clerk", "--data", self.data]
        done = subprocess.run(command, capture_output=True, env=self.environment, check=True)
        return int(done.stdout)

    def connect(self, settings: dict[str, object], secrets: dict[str, str]) -> None:
        """Give the desk's mailbox servers to read from and to send by."""
        sealed = sealing.seal_json(secrets, KEY)
        self.books.change(
            f"UPDATE odzew_account SET settings = '{json.dumps(settings)}', sealed = '{sealed}'"
        )


def _is_traced(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").glob("*/status")
    return all("\nTracerPid:\t0\n" not in task.read_text() for task in tasks)


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@cache
def _founded() -> Path:
    """Return a data folder in which an empty desk has been founded."""
    folder = Path(tempfile.mkdtemp(prefix="odzew-founded-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    blank.for_a_desk(folder)
    found(Victim(folder))
    return folder


def found(desk: Victim) -> None:
    """Make the tables of an empty desk, as its first start does."""
    command = [sys.executable, "-m", "tests.faults.found", "--data", desk.data]
    subprocess.run(command, env=desk.environment, check=True)


@contextmanager
def victim(folder: Path | None = None, **given: Any) -> Iterator[Victim]:
    """Lend a desk that is founded and has not been started yet, in a folder of its own on a real disk."""
    with tempfile.TemporaryDirectory(prefix="odzew-victim-") as own:
        data = (folder or Path(own)) / "data"
        lent = Victim(data, **given)
        if "DATABASE_URL" in given:
            data.mkdir()
        else:
            shutil.copytree(_founded(), data)
        try:
            yield lent
        finally:
            lent.kill()
