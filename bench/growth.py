"""Memory of the worker and its reader while mails go through, printed at intervals: flat, or a leak.

    python -m bench.growth

BENCH_GROWTH (100,000 mails), BENCH_STEP (10,000 between two lines), BENCH_DATABASE.
BENCH_TRACE=1 names the lines of code that hold what has been added between the second and the last line.
"""

import os
import tracemalloc
from itertools import islice
from typing import TYPE_CHECKING

from bench import ground, mails
from bench.process import keep

if TYPE_CHECKING:  # a desk has to be set up before its code is imported
    from odzew.intake.drain import Drain

PIECE = 500


def main() -> None:
    """Carry mails in pieces, so that none of them waits here in memory."""
    count, step = ground.size("BENCH_GROWTH", 100_000), ground.size("BENCH_STEP", 10_000)
    traced = os.environ.get("BENCH_TRACE")
    with ground.desk():
        ground.title("Memory of the worker over many mails")
        from odzew.intake.drain import Drain

        drain, before, rows = Drain(), None, mails.many(count)
        for done in range(PIECE, count + 1, PIECE):
            keep(islice(rows, PIECE))
            while drain.step():
                pass
            if done % step == 0:
                _show(drain, done)
                before = before or _snapshot(traced and done >= 2 * step)
        if before:
            for line in tracemalloc.take_snapshot().compare_to(before, "lineno")[:20]:
                print(f"    {line}")
        drain.reader.stop()


def _snapshot(wanted: object) -> "tracemalloc.Snapshot | None":
    return tracemalloc.take_snapshot() if wanted else None


def _show(drain: "Drain", done: int) -> None:
    assert drain.reader.child
    ours, its = ground.memory(), ground.memory(drain.reader.child.pid)
    ground.line(f"after {done:,} mails", ours + its, "MiB", f"worker {ours:.1f}, its reader {its:.1f}")


if __name__ == "__main__":
    if os.environ.get("BENCH_TRACE"):
        tracemalloc.start()
    main()
