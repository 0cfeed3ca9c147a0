"""What the limits of signing in count, shared by all processes of a desk.

django-allauth counts attempts in Django's cache, and the default cache is of one process: a desk of
four would let somebody guess four times as often. Whoever guesses must not make the one writer of the
books wait for the disk (odzew/lib/passing.py). Docs: docs/security.md, "Signing in".
"""

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from odzew.lib.clock import now
from odzew.lib.passing import Passing

PUT = """INSERT INTO odzew_limit (name, said, ends) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET said = excluded.said, ends = excluded.ends"""
ADD = f"{PUT} WHERE odzew_limit.ends <= %s"
MORE = """UPDATE odzew_limit SET said = CAST(CAST(said AS INTEGER) + %s AS TEXT)
WHERE name = %s AND ends > %s RETURNING said"""
GET = "SELECT said FROM odzew_limit WHERE name = %s AND ends > %s"
DROP = "DELETE FROM odzew_limit WHERE name = %s"
SWEEP = "DELETE FROM odzew_limit WHERE ends <= %s"
# The index is for the sweep, which reads what has ended only.
TABLES = """CREATE TABLE IF NOT EXISTS odzew_limit
(name TEXT PRIMARY KEY, said TEXT NOT NULL, ends REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS limit_ends ON odzew_limit (ends);"""


class Limits(BaseCache):
    """A cache of Django for short counts; `LOCATION` is the file on SQLite, or empty for PostgreSQL."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._ask = Passing(location, TABLES).ask

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value unless there is one; of many who try at once one succeeds, and sweeps."""
        row = self._row(key, value, timeout, version)
        with self._ask(ADD, [*row, _seconds()]) as cursor:
            is_new = bool(cursor.rowcount == 1)
        if is_new:
            self._sweep()
        return is_new

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a count by one statement, so that each of many who count at once is counted.

        :raises ValueError: when there is no such count
        """
        with self._ask(MORE, [delta, self.make_and_validate_key(key, version), _seconds()]) as cursor:
            rows = cursor.fetchall()
        if not rows:
            raise ValueError(f"There is no count {key!r}: add it first.")
        return int(rows[0][0])

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a value that has not ended."""
        with self._ask(GET, [self.make_and_validate_key(key, version), _seconds()]) as cursor:
            row = cursor.fetchone()
        return json.loads(row[0]) if row else default

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value; `add` sweeps."""
        with self._ask(PUT, self._row(key, value, timeout, version)):
            pass

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        with self._ask(DROP, [self.make_and_validate_key(key, version)]) as cursor:
            return bool(cursor.rowcount)

    def clear(self) -> None:
        """Forget everything."""
        with self._ask("DELETE FROM odzew_limit", []):
            pass

    def _sweep(self) -> None:
        with self._ask(SWEEP, [_seconds()]):
            pass

    def _row(self, key: str, value: Any, timeout: float | None, version: int | None) -> list[Any]:
        ends = self.get_backend_timeout(timeout)
        return [self.make_and_validate_key(key, version), json.dumps(value), ends]


def _seconds() -> float:
    return now().timestamp()
