"""A question to the database that is composed once: the ORM composes it anew each time it is asked, which
costs a screen of thirty questions more than all their answers.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models

Row = TypeVar("Row")
Value = int | str
# Stand for the values while it is composed; no key of ours is as low, and no text of ours as strange.
_NUMBER, _TEXT = -(2**62), "\ue0ff value {}"


class Ready(Generic[Row]):
    """A question such as `Ready(lambda talk: Message.objects.filter(conversation=talk))`.

    `compose` may let each value only be compared with a column as it is, once or several times, and decide
    nothing by it: it is called with other values than those that are asked for.
    """

    def __init__(self, compose: "Callable[..., models.QuerySet[Any, Row]]") -> None:
        self.compose = compose
        self.composed: dict[tuple[str, ...], _Composed] = {}

    def __call__(self, *values: Value) -> list[Row]:
        """Return the rows for these values, as the query set would give them.

        :raises LookupError: when the composed question does not hold each value
        """
        kinds = (connection.vendor, *(type(value).__name__ for value in values))
        if (composed := self.composed.get(kinds)) is None:
            composed = self.composed[kinds] = _composed(self.compose, values)
        asked: Any = _Asked(composed, values)
        return [*composed.rows._iterable_class(asked)]


class _Composed(NamedTuple):
    rows: Any  # the query set
    compiler: Any
    sql: str
    params: list[Any]
    places: list[tuple[int, int]]  # in the parameters, and which value stands there
    converters: Any


class _Asked:
    """What an iterable of Django asks of a query set and its query (django.db.models.query.BaseIterable)."""

    def __init__(self, composed: _Composed, values: tuple[Value, ...]) -> None:
        params = composed.params.copy()
        for place, value in composed.places:
            params[place] = values[value]
        self.compiler = copy(composed.compiler)
        self.compiler.connection = connection
        self.compiler.as_sql = lambda: (composed.sql, params)
        self.compiler.get_converters = lambda _fields: composed.converters
        self.query, self.db, self.model = self, connection.alias, composed.rows.model
        self._known_related_objects: dict[Any, Any] = {}

    def get_compiler(self, _using: str | None = None, **_: object) -> Any:
        return self.compiler


def _composed(compose: "Callable[..., models.QuerySet[Any, Any]]", values: tuple[Value, ...]) -> _Composed:
    marks = [
        _NUMBER - place if isinstance(value, int) else _TEXT.format(place)
        for place, value in enumerate(values)
    ]
    rows = compose(*marks)
    compiler = rows.query.get_compiler(connection=connection)
    sql, found = compiler.as_sql()
    params = list(found)
    places = [(place, marks.index(param)) for place, param in enumerate(params) if param in marks]
    if {value for _, value in places} != set(range(len(marks))):
        raise LookupError(f"A value stands nowhere in: {sql}")
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    return _Composed(rows, compiler, sql, params, places, converters)
