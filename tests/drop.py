"""Dropping the database of the tests, although a thread of the desk under test still holds a connection.

Threads end with their process; the pool they took a connection from may hand it back after the
last test. PostgreSQL 13 and newer can end such sessions itself (DROP DATABASE … WITH (FORCE)).
"""

from django.db.backends.base.creation import BaseDatabaseCreation

_destroy = BaseDatabaseCreation._destroy_test_db


def by_force() -> None:
    """Let the end of the tests, in this process, not wait for sessions that nobody uses."""
    BaseDatabaseCreation._destroy_test_db = _forced  # type: ignore[method-assign]


def _forced(self: BaseDatabaseCreation, test_database_name: str, verbosity: int) -> None:
    if self.connection.vendor != "postgresql":
        _destroy(self, test_database_name, verbosity)
        return
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")
