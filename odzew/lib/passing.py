"""Rows that may be forgotten: what is worth nothing a few minutes later, and must not cost a sync.

On PostgreSQL they stand in a table without a write-ahead log, which a migration makes. On SQLite they
stand in a file beside the books: whoever writes them must not make the one writer of the books wait
for the disk. What a crash of the machine forgets is minutes old at most.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from django.db import OperationalError, connection


class Cursor(Protocol):
    """What both databases answer with."""

    @property
    def rowcount(self) -> int:
        """Return how many rows a statement touched."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""


class Passing:
    """Such rows; `location` is their file on SQLite, made by `script`, or empty for PostgreSQL."""

    def __init__(self, location: str, script: str) -> None:
        self._location = location
        self._script = script

    @contextmanager
    def ask(self, statement: str, values: list[Any]) -> Iterator[Cursor]:
        """Lend the answer to a statement, which marks its values with %s.

        :raises django.db.OperationalError: when the rows cannot be reached
        """
        if not self._location:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                yield cursor
            return
        try:
            file = _file(self._location, self._script)
            with file.lock:
                yield file.connection.execute(statement.replace("%s", "?"), values)
        except sqlite3.Error as error:
            # As when the books cannot be written: the page says "not just now".
            raise OperationalError(str(error)) from error


class _File:
    """A file beside the books; one connection for all threads of a process, who take turns."""

    def __init__(self, path: Path, script: str) -> None:
        self.lock = threading.Lock()
        self.connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        # With a WAL, NORMAL syncs no commit, and a power cut forgets the last of them but breaks nothing.
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(script)


@lru_cache
def _file(location: str, script: str) -> _File:
    return _File(Path(location), script)
