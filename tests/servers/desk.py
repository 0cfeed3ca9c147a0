"""The whole desk as its user runs it: `odzew serve`, in a folder and on ports of its own."""

import os
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import blank
from tests.servers import process

ODZEW = Path(sys.executable).with_name("odzew")


class Desk:
    """One desk: may be stopped or killed and started again on the same books."""

    def __init__(self, data: Path, *, empty: bool = True, **environment: str) -> None:
        self.data = data
        self.port, self.smtp_port = process.free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = data / "desk.log"
        self.environment = {**_bare_environment(), "PYTHONUNBUFFERED": "1", **environment}
        self._empty = ["--empty"] if empty else []
        self._running: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 180) -> None:
        """Start the desk and wait until it says it is ready."""
        try:
            self._start_once(seconds)
        except TimeoutError as error:
            if "LD_PRELOAD" not in self.environment:
                raise
            # Once in hundreds of starts a desk whose clock libfaketime moves did not get ready, and no desk
            # without it ever; where it hung is shown with whatever the test says at its end.
            print(f"A desk with a moved clock hung at its start, and is started again:\n{error}")
            self.kill()
            self._start_once(seconds)

    def _start_once(self, seconds: float) -> None:
        ports = ["--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        command = [ODZEW, "serve", "--data", self.data, *ports, *self._empty]
        with self.log_file.open("ab") as output:
            self._running = subprocess.Popen(
                command, stdout=output, stderr=output, env=self.environment, start_new_session=True
            )
        try:
            process.wait_until(self.is_ready, what="the desk", seconds=seconds, log=self.log_file)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.where_it_hangs()}") from None

    def is_ready(self) -> bool:
        """Tell whether the desk answers and takes mail.

        :raises RuntimeError: when it has ended.
        """
        if self._running and self._running.poll() is not None:
            raise RuntimeError(f"the desk ended with {self._running.returncode}:\n{self.log()}")
        return process.is_open(self.port) and process.is_open(self.smtp_port) and self._answers()

    def stop(self) -> None:
        """Ask the desk to end, as systemd does."""
        if self._running:
            process.stop(self._running, how=signal.SIGTERM, seconds=20)
            self._running = None

    def kill(self) -> None:
        """Kill the desk and all it started at once."""
        assert self._running
        process.kill(self._running)
        self._running = None

    def log(self) -> str:
        """Return what the desk has said."""
        return self.log_file.read_text(errors="replace")

    def sign_in(self) -> tuple[str, str]:
        """Return address and password which the desk has shown at its first start."""
        found = re.search(r"Sign in as (\S+) with the password (\S+)", self.log())
        assert found, self.log()
        return found[1], found[2]

    def odzew(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run another command on the same books."""
        command = [ODZEW, *arguments, "--data", self.data]
        return subprocess.run(command, input=given, capture_output=True, env=self.environment)

    def mail(self, letter: bytes, *, sender: str, recipient: str) -> None:
        """Hand a mail to the SMTP door; it is safely kept when this returns."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as door:
            door.sendmail(sender, [recipient], letter)

    def where_it_hangs(self) -> str:
        """Return which door does not answer, and what each thread does."""
        assert self._running
        doors = {
            "web port": process.is_open(self.port),
            "smtp port": process.is_open(self.smtp_port),
            "/healthz": self._answers(),
        }
        before = len(self.log())
        self._running.send_signal(signal.SIGUSR1)
        time.sleep(1)
        return f"{doors}\n{self.log()[before:]}"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def desk(*, empty: bool = True, migrated: bool = True, **environment: str) -> Iterator[Desk]:
    """Lend a running desk with books of its own; the words are set in its environment.

    A desk that is not `migrated` makes its tables itself at its first start.
    """
    with tempfile.TemporaryDirectory(prefix="odzew-desk-") as folder:
        lent = Desk(Path(folder), empty=empty, **environment)
        if migrated and "DATABASE_URL" not in environment:
            blank.for_a_desk(lent.data)
        try:
            lent.start()
            yield lent
        finally:
            lent.stop()


def _bare_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ODZEW_", "DATABASE_", "DJANGO_", "PYTEST_"))
    }
