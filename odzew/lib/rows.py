"""Rows written many at a time, where the ORM would build a long statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def add_rows(rows: Sequence[models.Model]) -> int:
    """Write new rows but those that a unique key says are there, and return how many were written.

    What is passed over is a conflict of keys and nothing else, unlike SQLite's OR IGNORE.

    :raises django.db.Error: when one of them cannot be written
    """
    if not rows:
        return 0
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join("%s" for _ in fields)
    # Names come from the models alone, values are parameters.
    sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, fields) for row in rows])
        written: int = cursor.rowcount
    return written


def write_fields(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of rows that are there already.

    One prepared statement for all: bulk_update() writes a CASE with a branch for each row in each column.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field.name in names]
    key = [field for field in meta.concrete_fields if field.primary_key]
    columns, where = (", ".join(f'"{field.column}" = %s' for field in some) for some in (fields, key))
    # Names come from the models alone, values are parameters.
    sql = f'UPDATE "{meta.db_table}" SET {columns} WHERE {where}'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, [*fields, *key]) for row in rows])


def _values(row: models.Model, fields: "Sequence[models.Field[Any, Any]]") -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
