"""A shelf for the records of an export while it is read: on disk, so memory holds one of them at a time.

Exports name people and messages by number, in other files than the tickets, in any order.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from odzew.lib.plain import plain

Record = Mapping[str, Any]
TABLE = """
CREATE TABLE shelf (kind TEXT, key TEXT, "group" TEXT, body TEXT, UNIQUE (kind, key));
CREATE INDEX shelf_group ON shelf (kind, "group");
CREATE TABLE met (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Shelf:
    """Records by kind, key and group. Of two with one key the later counts: exports repeat what changed."""

    def __init__(self) -> None:
        """Make an empty one, in a file that the system deletes (SQLite, "Temporary Databases")."""
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=OFF; BEGIN; {TABLE}")

    def close(self) -> None:
        """Give its file back."""
        self._db.close()

    def put(self, kind: str, key: str, group: str, record: Record) -> None:
        """Keep a record; halves of surrogate pairs, which no encoding takes, become U+FFFD.

        :raises RecursionError: when it is nested too deep
        """
        row = (kind, plain(key), plain(group), plain(json.dumps(record, ensure_ascii=False)))
        self._db.execute("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?, ?)", row)

    def get(self, kind: str, key: object) -> Record | None:
        """Return the record with a key."""
        found = self._db.execute("SELECT body FROM shelf WHERE kind = ? AND key = ?", (kind, plain(str(key))))
        row = found.fetchone()
        return self._read(row) if row else None

    def of(self, kind: str, group: str) -> list[Record]:
        """Return the records of a group, as they came."""
        sql = 'SELECT body FROM shelf WHERE kind = ? AND "group" = ? ORDER BY rowid'
        return [self._read(row) for row in self._db.execute(sql, (kind, plain(group)))]

    def all(self, kind: str) -> Iterator[Record]:
        """Yield the records of a kind, as they came, one at a time."""
        for row in self._db.execute("SELECT body FROM shelf WHERE kind = ? ORDER BY rowid", (kind,)):
            yield self._read(row)

    def count(self, kind: str) -> int:
        """Return how many records of a kind there are."""
        row = self._db.execute("SELECT count(*) FROM shelf WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])

    def is_first(self, key: str) -> bool:
        """Return whether this was never asked of a key before."""
        return self._db.execute("INSERT OR IGNORE INTO met VALUES (?)", (plain(key),)).rowcount == 1

    @staticmethod
    def _read(row: tuple[str]) -> Record:
        record: Record = json.loads(row[0])
        return record
