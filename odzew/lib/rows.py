"""Rows written many at a time, where the ORM would build a long statement value by value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from json import JSONEncoder
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
_JSON = JSONEncoder().encode


def new_row(model: type[M], **values: Any) -> M:
    """Return a new row of a model with these columns set, by their attribute's name (`customer_id`).

    As the model's own __init__ makes it, in a fifth of the time: that one asks each field anew.

    :raises TypeError: when the model has no such column
    """
    usual, made = _usual(model)
    row = model.__new__(model)
    columns = row.__dict__
    columns.update(usual)
    for name, make in made:
        columns[name] = make()
    columns.update(values)
    if len(columns) != len(usual) + len(made):
        raise TypeError(f"{model.__name__} has no column {', '.join(values.keys() - usual.keys())}")
    row._state = ModelState()
    return row


def number_rows(*many: Sequence[models.Model]) -> None:
    """Give new rows, of one model each, the numbers they will be kept under, in their order.

    Within a transaction only: on SQLite nothing else keeps another writer from the same numbers.
    """
    counts = {rows[0]._meta.db_table: len(rows) for rows in many if rows}
    numbers = _free_numbers(counts) if counts else {}
    for rows in filter(None, many):
        for row, number in zip(rows, numbers[rows[0]._meta.db_table], strict=True):
            row.pk = number


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; where they have no numbers, the database gives them some.

    :raises django.db.Error: when one of them cannot be written
    """
    if not rows:
        return
    shape = _shape(type(rows[0]), connection.vendor, keyed=rows[0].pk is not None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(shape.copy) as copy:
                for values in shape.values(rows):
                    copy.write_row(values)
        else:
            cursor.executemany(shape.insert, shape.values(rows))
    if rows[0].pk is not None:
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias


def add_rows(rows: Sequence[models.Model]) -> int:
    """Write new rows but those that a unique key says are there, and return how many were written.

    What is passed over is a conflict of keys and nothing else, unlike SQLite's OR IGNORE.

    :raises django.db.Error: when one of them cannot be written
    """
    if not rows:
        return 0
    shape = _shape(type(rows[0]), connection.vendor, keyed=False)
    if connection.vendor == "postgresql":
        return _add_at_once(shape, rows)
    with connection.cursor() as cursor:
        cursor.executemany(f"{shape.insert} ON CONFLICT DO NOTHING", shape.values(rows))
        written: int = cursor.rowcount
    return written


def _add_at_once(shape: "_Shape", rows: Sequence[models.Model]) -> int:
    # One question and one answer, the values beside it: bytes go as they are, not as digits in the text.
    from psycopg import Cursor

    sql = ", ".join([shape.insert, *[shape.marks] * (len(rows) - 1)]) + " ON CONFLICT DO NOTHING"
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(sql.encode(), [v for row in shape.values(rows) for v in row]).rowcount


def write_fields(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of rows that are there already.

    One prepared statement for all: bulk_update() writes a CASE with a branch for each row in each column.
    """
    if rows:
        shape = _shape(type(rows[0]), connection.vendor, tuple(names))
        with connection.cursor() as cursor:
            cursor.executemany(shape.update, shape.values(rows))


def write_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the named fields of rows that are there: of each its values in that order, and its key.

    Each row is named once, and held by whoever writes it: in which order they are written is not said.
    """
    shape = _shape(model, connection.vendor, tuple(names))
    made = [shape.made_of(row) for row in rows]
    if not made:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(shape.update, made)
        else:
            cursor.execute(shape.update_all, [list(column) for column in zip(*made, strict=True)])


class _Shape:
    """Some columns of one model, the key last, and how its rows become values that the database takes."""

    def __init__(self, table: str, fields: "Sequence[models.Field[Any, Any]]", vendor: str) -> None:
        columns = [f'"{field.column}"' for field in fields]
        marks = ", ".join(["%s"] * len(columns))
        changes = ", ".join(f"{column} = %s" for column in columns[:-1])
        # Names come from the models alone, values are parameters.
        self.marks = f"({marks})"
        self.insert = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {self.marks}'  # noqa: S608
        self.copy = f'COPY "{table}" ({", ".join(columns)}) FROM STDIN'
        self.update = f'UPDATE "{table}" SET {changes} WHERE {columns[-1]} = %s'  # noqa: S608
        arrays = ", ".join(f"%s::{_type_of(field)}[]" for field in fields)
        given = ", ".join(f"{column} = given.{column}" for column in columns[:-1])
        self.update_all = (
            f'UPDATE "{table}" SET {given} '  # noqa: S608  names of the models, as above
            f"FROM unnest({arrays}) AS given ({', '.join(columns)}) "
            f'WHERE "{table}".{columns[-1]} = given.{columns[-1]}'
        )
        self.take = attrgetter(*(field.attname for field in fields))
        made = [(place, _maker(field.get_internal_type(), vendor)) for place, field in enumerate(fields)]
        self.made = [(place, make) for place, make in made if make]

    def values(self, rows: Iterable[models.Model]) -> list[list[Any]]:
        """Return the values of each row, in the order of the columns."""
        return [self.made_of(self.take(row)) for row in rows]

    def made_of(self, values: Iterable[Any]) -> list[Any]:
        """Return values in the order of the columns as the database takes them."""
        made = list(values)
        for place, make in self.made:
            if made[place] is not None:
                made[place] = make(made[place])
        return made


@cache
def _usual(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    fields = model._meta.concrete_fields
    made = [(f.attname, f.default) for f in fields if callable(f.default) and f.has_default()]
    names = {name for name, _ in made}
    return {f.attname: f.get_default() for f in fields if f.attname not in names}, made


@cache
def _shape(
    model: type[models.Model], vendor: str, names: tuple[str, ...] = (), *, keyed: bool = True
) -> _Shape:
    fields = model._meta.concrete_fields
    named = {field.name: field for field in fields}
    rest = [named[name] for name in names] or [field for field in fields if not field.primary_key]
    key = [field for field in fields if field.primary_key and keyed]
    return _Shape(model._meta.db_table, [*rest, *key], vendor)


def _type_of(field: "models.Field[Any, Any]") -> str:
    return (field.rel_db_type if field.primary_key else field.db_type)(connection) or ""


def _maker(kind: str, vendor: str) -> Callable[[Any], Any] | None:
    """Return what makes a value of a kind of field one that the database takes, None when it is one."""
    if kind == "JSONField":
        return _json
    return _moment if kind == "DateTimeField" and vendor == "sqlite" else None


def _json(value: object) -> str:
    # Most are empty; an encoder is slow to begin.
    return "{}" if value == {} else "[]" if value == [] else _JSON(value)


def _moment(moment: datetime) -> str:
    # As Django writes it, so that moments sort as text.
    return str(moment.astimezone(UTC).replace(tzinfo=None))


# Materialized, or the sequence would be looked up in the catalogue anew for each number.
_NEXT_NUMBERS = """
    WITH wanted AS MATERIALIZED (
        SELECT name, pg_get_serial_sequence(format('%%I', name), 'id')::regclass AS sequence, many
        FROM unnest(%s::text[], %s::int[]) AS asked (name, many)
    ) SELECT name, nextval(sequence) FROM wanted, generate_series(1, many)
"""
_LAST_NUMBERS = "SELECT name, seq FROM sqlite_sequence WHERE name IN ({})"


def _free_numbers(counts: Mapping[str, int]) -> dict[str, list[int]]:
    tables = list(counts)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NEXT_NUMBERS, [tables, list(counts.values())])
            found = sorted(cursor.fetchall())
            return {table: [number for name, number in found if name == table] for table in tables}
        cursor.execute(_LAST_NUMBERS.format(", ".join(["%s"] * len(tables))), tables)
        last = dict(cursor.fetchall())
    return {
        table: list(range(last.get(table, 0) + 1, last.get(table, 0) + 1 + many))
        for table, many in counts.items()
    }
