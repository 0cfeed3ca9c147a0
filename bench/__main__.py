"""Runs every benchmark, or those named, as python -m bench accept process.

Each runs in a process of its own, on SQLite and then on PostgreSQL; BENCH_DATABASE names one of them.
"""

import os
import subprocess
import sys

ALL = (
    "accept",
    "process",
    "screens",
    "replies",
    "search",
    "memory",
    "chats",
    "desks",
    "hooks",
    "due",
    "firm",
    "reports",
    "promises",
    "api",
)
PURE = ("firm", "promises")  # without a database, so once is enough
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Run them, and return how many of them broke down; a missed budget is no breakdown."""
    databases = [os.environ["BENCH_DATABASE"]] if "BENCH_DATABASE" in os.environ else DATABASES
    broken = 0
    for name in sys.argv[1:] or ALL:
        for database in databases[:1] if name in PURE else databases:
            command = [sys.executable, "-m", f"bench.{name}"]
            broken += bool(subprocess.run(command, env={**os.environ, "BENCH_DATABASE": database}).returncode)
    return broken


if __name__ == "__main__":
    sys.exit(main())
