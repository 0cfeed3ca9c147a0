"""Rows written many at a time, where the ORM would build a long statement."""

from collections.abc import Sequence

from django.db import connection, models


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
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, *key)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
