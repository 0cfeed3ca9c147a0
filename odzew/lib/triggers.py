"""Triggers: what the database itself writes whenever somebody changes a row, whoever that is.

They are armed by a worker and not by a migration: SQLite drops the triggers of a table that a later
migration makes anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Trigger:
    """A statement that follows the writing of a row."""

    name: str
    event: str
    table: str
    does: str


def arm(triggers: Sequence[Trigger]) -> bool:
    """Set up the triggers that are missing, and return whether there were any."""
    lost = missing(triggers)
    for trigger in lost:
        _set(trigger)
    return bool(lost)


def missing(triggers: Sequence[Trigger]) -> list[Trigger]:
    """Return the triggers that are not there."""
    there = _there()
    return [trigger for trigger in triggers if trigger.name not in there]


def _there() -> set[str]:
    catalog = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalog)
        return {name for (name,) in cursor.fetchall()}


def _set(trigger: Trigger) -> None:
    head = f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"{head} BEGIN {trigger.does}; END")
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION odzew_{trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {trigger.does}; RETURN NULL; END $$"
        )
        cursor.execute(f"{head} EXECUTE FUNCTION odzew_{trigger.name}()")
