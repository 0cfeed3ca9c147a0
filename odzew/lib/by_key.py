"""One row by its key, read by a statement that is ready: the ORM composes it anew each time, which costs
more than the answer.
"""

from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def row_by_key(model: type[M], key: int | str) -> M | None:
    """Return the row of a model with this key, as the ORM gives it, or None when there is none."""
    reading = _reading(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(reading.sql, [key])
        found = cursor.fetchone()
    if found is None:
        return None
    values = list(found)
    for place, column, converters in reading.made:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return model.from_db(connection.alias, reading.names, values)


class _Reading(NamedTuple):
    """How a row of a model is asked for, and what its values become, by the place of each."""

    sql: str
    names: list[str]
    made: list[tuple[int, Any, list[Any]]]


@cache
def _reading(model: type[models.Model], _vendor: str) -> _Reading:
    fields, table = model._meta.concrete_fields, model._meta.db_table
    columns = [field.get_col(table) for field in fields]
    converters = (
        model._default_manager.all().query.get_compiler(connection=connection).get_converters(columns)
    )
    names = ", ".join(f'"{field.column}"' for field in fields)
    # Names come from the models alone.
    sql = f'SELECT {names} FROM "{table}" WHERE "{model._meta.pk.column}" = %s'  # noqa: S608
    made = [(place, column, found) for place, (found, column) in converters.items()]
    return _Reading(sql, [field.attname for field in fields], made)
