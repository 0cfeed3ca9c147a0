"""A private PostgreSQL cluster; as a program: run a command with DATABASE_URL of such a cluster.

python -m tests.servers.postgres COMMAND …
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers import process

# What makes a commit survive a power cut, and costs the tests their time.
HASTE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class Cluster:
    """One cluster: may be killed and started again with its data."""

    def __init__(self, folder: Path, *, durable: bool, settings: Sequence[str] = ()) -> None:
        self.folder = folder
        self.settings = [*([] if durable else HASTE), *settings]
        [self.port] = process.free_ports(1)
        self.url = f"postgresql://odzew@127.0.0.1:{self.port}/odzew"
        self._log = folder / "log"
        self._running: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the cluster and the empty database `odzew`."""
        data = self.folder / "data"
        process.run(
            program("initdb"), "-D", data, "-U", "odzew", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()
        process.run(program("createdb"), "-h", self.folder, "-p", str(self.port), "-U", "odzew", "odzew")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = [
            f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}",
            "max_connections=200", "shared_buffers=128MB", "timezone=UTC",
            *self.settings,
        ]  # fmt: skip
        options = [word for setting in settings for word in ("-c", setting)]
        self._running = process.start(
            program("postgres"), "-D", self.folder / "data", *options, log=self._log
        )
        process.wait_until(self.answers, what="PostgreSQL", log=self._log)

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        command = [program("pg_isready"), "-q", "-h", self.folder, "-p", str(self.port)]
        return subprocess.run(command).returncode == 0

    def kill(self) -> None:
        """Kill the server with all its children at once."""
        self._signal(signal.SIGKILL)
        assert self._running
        self._running.wait()

    def freeze(self) -> None:
        """Let the server hold its connections and say nothing, as a machine does that thrashes."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._signal(signal.SIGCONT)

    def pids(self) -> list[int]:
        """Return the server and its children; each child is a process group of its own."""
        assert self._running
        children = Path(f"/proc/{self._running.pid}/task/{self._running.pid}/children").read_text()
        return [self._running.pid, *map(int, children.split())]

    def deaths(self) -> int:
        """Return how many of its children have been killed."""
        return self._log.read_text(errors="replace").count("was terminated by signal 9")

    def _signal(self, number: int) -> None:
        assert self._running
        self._running.send_signal(signal.SIGSTOP)
        for pid in reversed(self.pids()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        """Stop the server without waiting for its clients."""
        if self._running:
            process.stop(self._running, how=signal.SIGINT)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Lend a running cluster; a durable one syncs as in earnest."""
    with process.workshop("pg") as folder:
        lent = Cluster(folder, durable=durable)
        try:
            lent.create()
            yield lent
        finally:
            lent.stop()


def program(name: str) -> str:
    """Return the path of a PostgreSQL program, of the newest version installed."""
    installed = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return str(newest or process.program(name))


def main() -> int:
    with cluster() as lent:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": lent.url}).returncode


if __name__ == "__main__":
    sys.exit(main())
