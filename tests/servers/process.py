"""Programs that run beside the tests: as whom, where, until when."""

import grp
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Below what Linux lends to outgoing connections (32768 and up, ip(7)), above what services have.
_PORTS = range(16_000, 32_000)
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_OURS = _PORTS[_WORKER % 16 :: 16]
_given: set[int] = set()
# Servers refuse to be root (initdb) or then need users of their own: under root they run as nobody.
NOBODY = 65534
ROOT = os.geteuid() == 0
AS_USER = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if ROOT else []


def user_and_group() -> tuple[str, str]:
    """Return the names under which servers run."""
    if ROOT:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


@contextmanager
def workshop(name: str) -> Iterator[Path]:
    """Lend a short-named folder that belongs to the user of the servers."""
    folder = Path(tempfile.mkdtemp(prefix=f"odzew-{name}-"))
    folder.chmod(0o755)
    give(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give(path: Path) -> Path:
    """Make the user of the servers the owner."""
    if ROOT:
        os.chown(path, NOBODY, NOBODY)
    return path


def program(name: str) -> str:
    """Return the path of a program, also of one that only root has on its path.

    :raises RuntimeError: when it is not installed.
    """
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not found:
        raise RuntimeError(f"no {name} here; `make test` installs what the tests need")
    return found


def run(*command: str | Path) -> None:
    """Run a command as the user of the servers; what it said is in the error."""
    done = subprocess.run(
        [*AS_USER, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/"
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}")


def start(*command: str | Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a server as the user of the servers, in a process group of its own."""
    give(log.parent)
    with log.open("ab") as output:
        return subprocess.Popen(
            [*AS_USER, *command], stdout=output, stderr=output, cwd="/", start_new_session=True
        )


def stop(process: subprocess.Popen[bytes], how: int = signal.SIGTERM, seconds: float = 10) -> None:
    """End a server; kill its group when it does not end in time."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a server and its children at once, as a crash does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_ports(count: int) -> list[int]:
    """Return ports of loopback on which nobody listens now.

    The system does not lend them to outgoing connections: a lent one was taken now and then by a client
    of another test between this moment and the start of the server. Each process of the tests has ports of
    its own and gives each once: a server that is started again finds its port as it left it.
    """
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(_OURS)
        if port not in _given and _is_free(port):
            _given.add(port)
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until(
    holds: Callable[[], object],
    *,
    what: str,
    seconds: float = 20,
    log: Path | None = None,
    pause: float = 0.02,
) -> None:
    """Wait until something holds; the error names it and shows the end of the server's log.

    `pause` lies between two looks: make it longer where a look costs somebody something.

    :raises TimeoutError: when it does not hold in time.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            said = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
            raise TimeoutError(f"{what} not within {seconds} s\n{said}")
        time.sleep(pause)


def wait_for_port(port: int, *, log: Path | None = None) -> None:
    """Wait until somebody listens on a port of loopback."""
    wait_until(lambda: is_open(port), what=f"a listener on port {port}", log=log)


def is_open(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
