"""Memory of the whole desk in one process: at rest, after mails, after pages.

    python -m bench.memory

BENCH_MAILS (3,000), BENCH_PAGES (300), BENCH_DATABASE (sqlite, postgresql).
PSS of the process and of its reader.
"""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import ground, mails
from bench.accept import Line


def main() -> None:
    """Measure a running `odzew serve --empty`."""
    count, pages = ground.size("BENCH_MAILS", 3_000), ground.size("BENCH_PAGES", 300)
    with ground.desk() as data:
        ground.title("Memory of odzew serve, the whole desk in one process")
        with serving(data) as (process, web, smtp):
            _tell("at rest", process)
            for part in (1, 2):
                _hand_in(smtp, count * (part - 1), count)
                _wait_until_worked_off()
                _tell(f"after {count * part:,} mails", process)
            for _ in range(pages):
                urllib.request.urlopen(f"http://127.0.0.1:{web}/account/login/").read()
            _tell(f"after {pages:,} pages", process)


def _tell(when: str, process: "subprocess.Popen[bytes]") -> None:
    parts = {"desk": ground.memory(process.pid), "reader": sum(map(ground.memory, _children(process.pid)))}
    said = ", ".join(f"{name} {size:.0f}" for name, size in parts.items())
    ground.line(when, sum(parts.values()), "MiB", said)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _hand_in(port: int, begin: int, count: int) -> None:
    line = Line(port)
    writer = mails.Writer(begin)
    for number in range(begin, begin + count):
        line.send(writer.new(number))
    line.quit()


def _wait_until_worked_off() -> None:
    from odzew.intake.models import Raw

    while Raw.objects.filter(state=Raw.State.KEPT).exists():
        time.sleep(0.2)


@contextmanager
def serving(data: Path) -> "Iterator[tuple[subprocess.Popen[bytes], int, int]]":
    """Lend a running desk: its process, the port of its pages, and that of its SMTP door."""
    web, smtp = ground.free_ports(2)
    ports = ["--port", str(web), "--smtp-port", str(smtp)]
    command = [sys.executable, "-m", "odzew", "serve", "--empty", "--data", str(data), *ports]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            ground.wait_for(smtp)
            ground.wait_for(web)
            yield process, web, smtp
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
