"""A question to the database that is composed once: the ORM composes it anew each time it is asked, which
costs a screen of thirty questions more than all their answers.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from odzew.lib.kept import kept_moment

Row = TypeVar("Row")
Value = int | str | datetime
# Stand for the values while it is composed; no key of ours is as low, no moment as old, no text as strange.
_NUMBER, _MOMENT, _TEXT = -(2**62), datetime(9, 9, 9, tzinfo=UTC), "\ue0ff value {}"


class Ready(Generic[Row]):
    """A question such as `Ready(lambda talk: Message.objects.filter(conversation=talk))`.

    `compose` may let each value only be compared with a column as it is, once or several times, and decide
    nothing by it: it is called with other values than those that are asked for. Many values for a column to
    be among are one value here, `Among(them)` there; of none of them there is no row.
    """

    def __init__(self, compose: "Callable[..., models.QuerySet[Any, Row]]") -> None:
        self.compose = compose
        self.composed: dict[tuple[str, ...], _Composed] = {}

    def __call__(self, *values: Value | Collection[int] | Collection[str]) -> list[Row]:
        """Return the rows for these values, as the query set would give them.

        :raises LookupError: when the composed question does not hold each value
        """
        given = [(value,) if isinstance(value, Value) else _filled_up(value) for value in values]
        if () in given:
            return []
        kinds = (connection.vendor, *(f"{type(many[0]).__name__} {len(many)}" for many in given))
        if (composed := self.composed.get(kinds)) is None:
            composed = self.composed[kinds] = _composed(self.compose, values, given)
        asked = [_kept(value) for many in given for value in many]
        params = composed.params.copy()
        for place, value in composed.places:
            params[place] = asked[value]
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, params)
            found = cursor.fetchall()
        return composed.made(_converted(found, composed.converters))


class _Composed(NamedTuple):
    sql: str
    params: list[Any]
    places: list[tuple[int, int]]  # in the parameters, and which value stands there
    converters: list[tuple[int, Any, list[Any]]]  # by the place of the column in a row
    made: "Callable[[list[Any]], list[Any]]"


def _filled_up(values: Collection[Any]) -> tuple[Any, ...]:
    """Return many values with the last said again, up to a power of two: so few questions are composed."""
    many = tuple(values)
    return many + many[-1:] * ((1 << (len(many) - 1).bit_length()) - len(many)) if many else ()


def _kept(value: Value) -> Any:
    return kept_moment(value) if isinstance(value, datetime) else value


def _mark(value: Value, place: int) -> Value:
    if isinstance(value, datetime):
        return _MOMENT + timedelta(days=place)
    return _NUMBER - place if isinstance(value, int) else _TEXT.format(place)


def _composed(
    compose: "Callable[..., models.QuerySet[Any, Any]]",
    values: Collection[Any],
    given: Collection[tuple[Value, ...]],
) -> _Composed:
    marks = [_mark(value, place) for place, value in enumerate(value for many in given for value in many)]
    left = iter(marks)
    taken = [tuple(next(left) for _ in many) for many in given]
    rows = compose(*(m if many else m[0] for many, m in zip(map(_is_many, values), taken, strict=True)))
    compiler = rows.query.get_compiler(connection=connection)
    sql, found = compiler.as_sql()
    params, known = list(found), {_kept(mark): place for place, mark in enumerate(marks)}
    places = [
        (place, known[param])
        for place, param in enumerate(params)
        if isinstance(param, Value) and param in known
    ]
    if {value for _, value in places} != set(range(len(marks))):
        raise LookupError(f"A value stands nowhere in: {sql}")
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    by_place = [(place, column, convert) for place, (convert, column) in converters.items()]
    return _Composed(sql, params, places, by_place, _MADE[rows._iterable_class](compiler))


def _is_many(value: object) -> bool:
    return not isinstance(value, Value)


def _converted(rows: list[Any], converters: list[tuple[int, Any, list[Any]]]) -> list[Any]:
    """Return rows as lists, with the values that fields of Django have, as its compiler does."""
    if not converters:
        return rows
    found = list(map(list, rows))
    for place, column, convert in converters:
        for one in convert:
            for row in found:
                row[place] = one(row[place], column, connection)
    return found


def _rows_of(compiler: Any) -> "Callable[[list[Any]], list[Any]]":
    """Return what makes rows of a model, with the rows of others that were selected, as Django does."""
    kind, named = compiler.klass_info, compiler.annotation_col_map
    model, places = kind["model"], kind["select_fields"]
    part = slice(places[0], places[-1] + 1)
    names = [column[0].target.attname for column in compiler.select[part]]
    others = get_related_populators(kind, compiler.select, connection.alias)  # type: ignore[call-arg]  # the stubs lack its third

    def made(row: Any) -> Any:
        found = model.from_db(connection.alias, names, row[part])
        for other in others:
            other.populate(row, found)
        for name, place in named.items():
            setattr(found, name, row[place])
        return found

    return lambda rows: list(map(made, rows))


_MADE: dict[Any, "Callable[[Any], Callable[[list[Any]], list[Any]]]"] = {
    ModelIterable: _rows_of,
    ValuesListIterable: lambda compiler: lambda rows: [tuple(row[: compiler.col_count]) for row in rows],
    FlatValuesListIterable: lambda _compiler: lambda rows: [row[0] for row in rows],
}
