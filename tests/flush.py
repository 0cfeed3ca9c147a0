"""Emptying the tables after a test that commits: back to what the migrations left.

Triggers guard the journal and the product has no door past them; this one lifts every trigger for
the one transaction that empties.
"""

from collections.abc import Iterable

from django.apps import apps
from django.core import serializers
from django.db.backends.base.operations import BaseDatabaseOperations

_execute = BaseDatabaseOperations.execute_sql_flush
_left_by_migrations: list[str] = []


def allow() -> None:
    """Let Django's flush, in this process, pass the triggers."""
    BaseDatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]


def remember() -> None:
    """Keep the rows which the migrations themselves have written, to put them back after each flush."""
    rows = [row for model in apps.get_app_config("odzew").get_models() for row in model._base_manager.all()]
    _left_by_migrations.append(serializers.serialize("json", rows))


def _flush(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    if self.connection.vendor == "postgresql":
        _execute(self, ["SET LOCAL session_replication_role = replica", *sql_list])
    else:
        triggers = _triggers(self)
        _execute(
            self,
            [
                *(f"DROP TRIGGER {name}" for name in triggers),
                *sql_list,
                "DELETE FROM odzew_words",
                *triggers.values(),
            ],
        )
    for row in serializers.deserialize("json", _left_by_migrations[-1]):
        row.save()


def _triggers(operations: BaseDatabaseOperations) -> dict[str, str]:
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
