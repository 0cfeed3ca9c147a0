"""Where a benchmark runs: an empty desk of its own, on a real disk, on SQLite or PostgreSQL."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
# A folder in memory would make every commit free, so the default is the disk of the checkout.
ROOM = Path(os.environ.get("BENCH_DIR", HERE / "results"))
DATABASE = os.environ.get("BENCH_DATABASE", "sqlite")


def size(name: str, usual: int) -> int:
    """Return how much of something is measured: the variable `name`, or `usual`."""
    return int(os.environ.get(name, usual))


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder on a real disk."""
    ROOM.mkdir(parents=True, exist_ok=True)
    lent = Path(tempfile.mkdtemp(prefix="odzew-bench-", dir=ROOM))
    try:
        yield lent
    finally:
        shutil.rmtree(lent, ignore_errors=True)


@contextmanager
def desk() -> Iterator[Path]:
    """Lend an empty desk with its tables; Django is set up for it, and only for it, in this process."""
    with folder() as data, _database(), _connected(data):
        yield data


@contextmanager
def kept(name: str) -> Iterator[Path]:
    """Lend the desk `name` of the folder BENCH_DATA, which stays; without that folder, an empty one."""
    if "BENCH_DATA" not in os.environ:
        with desk() as data:
            yield data
        return
    data = Path(os.environ["BENCH_DATA"]).absolute() / f"{DATABASE}-{name}"
    data.mkdir(parents=True, exist_ok=True)
    with _kept_database(data), _connected(data):
        yield data


@contextmanager
def _connected(data: Path) -> Iterator[None]:
    connect(data)
    prepare()
    try:
        yield
    finally:
        leave()


def prepare() -> None:
    """Bring the tables of the desk to this version, and make its first firm if it has none."""
    from odzew.management import start

    start.prepare_database()
    start.empty_desk()


def leave() -> None:
    """Close what Django has open."""
    from django.db import connections

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def connect(data: Path) -> None:
    """Set Django up for a desk that stands."""
    os.environ |= {"ODZEW_DATA": str(data), "DJANGO_SETTINGS_MODULE": "odzew.settings"}
    os.environ.setdefault("ODZEW_LOG_LEVEL", "WARNING")
    import django

    django.setup()


@contextmanager
def _database() -> Iterator[None]:
    if DATABASE == "sqlite" or "DATABASE_URL" in os.environ:
        yield
        return
    from tests.servers.postgres import cluster

    with cluster(durable=True) as lent:
        os.environ["DATABASE_URL"] = lent.url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def _kept_database(data: Path) -> Iterator[None]:
    if DATABASE == "sqlite" or "DATABASE_URL" in os.environ:
        yield
        return
    from tests.servers.postgres import Cluster

    lent = Cluster(data, durable=True)
    lent.start() if (data / "data").exists() else lent.create()
    os.environ["DATABASE_URL"] = lent.url
    try:
        yield
    finally:
        del os.environ["DATABASE_URL"]
        lent.stop()


def free_ports(count: int) -> list[int]:
    """Return ports of loopback on which nobody listens now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port: int, seconds: float = 60) -> None:
    """Wait until somebody listens on a port of loopback.

    :raises TimeoutError: when nobody does
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"Nobody listens on port {port}.")


def processor(pid: int) -> float:
    """Return the seconds of processor a process has used (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int | str = "self") -> float:
    """Return the memory of a process, MiB of its own pages and its share of shared ones (proc(5))."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def title(what: str) -> None:
    """Print what is measured, and on what."""
    where = "PostgreSQL" if "DATABASE_URL" in os.environ else "SQLite"
    print(f"\n{what} · {where}, {os.cpu_count()} cores", flush=True)


def line(what: str, figure: float, unit: str, limit: str = "") -> None:
    """Print one figure, with the limit it is held against."""
    shown = f"{figure:,.0f}" if figure >= 100 else f"{figure:,.2f}"
    print(f"  {what:<58}{shown:>12} {unit:<10} {limit}".rstrip(), flush=True)
