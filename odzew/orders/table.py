"""Orders as a table (CSV): one line for each thing, the lines of an order beside one another or apart."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from odzew.lib.payloads import Address, Count, Key, Moment, Part, Text
from odzew.orders.events import Arrived, Event, Placed, Thing


class NoTable(Exception):
    """The file is no table with the columns we need."""


def nothing(said: Any) -> Any:
    """Return None for a cell with nothing in it."""
    return None if said == "" else said


class _Row(Part):
    order: Key
    email: Address
    name: Annotated[Text, Field(max_length=300)] = ""
    placed_at: Moment
    paid_at: Annotated[Moment | None, BeforeValidator(nothing)] = None
    line: Text = ""
    item: Annotated[Text, Field(min_length=1)]
    count: Annotated[Count, BeforeValidator(lambda said: 1 if said == "" else said)] = 1
    amount: Annotated[Decimal | None, BeforeValidator(nothing)] = None
    currency: Annotated[Text, Field(pattern=r"^([A-Z]{3})?$")] = ""
    arrived_at: Annotated[Moment | None, BeforeValidator(nothing)] = None


One = TypeVar("One", bound=Part)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that could not be read, and why."""

    line: int
    what: str


def read(lines: Iterable[str], now: datetime) -> tuple[list[list[Event]], list[Fault]]:
    """Return what each order of a table tells, and the lines that tell nothing.

    Moments without a zone are UTC.

    :raises NoTable: when a column is missing
    """
    orders: dict[str, list[_Row]] = {}
    faults: list[Fault] = []
    for at, row in rows(_Row, lines, faults):
        known = orders.setdefault(row.order, [])
        known.append(row.model_copy(update={"line": row.line or str(len(known) + 1)}))
        if known[-1].line in {one.line for one in known[:-1]}:
            faults.append(Fault(at, f"Order {row.order} has a line {known[-1].line} already."))
            known.pop()
            continue
        if (row.email, row.placed_at) != (known[0].email, known[0].placed_at):
            faults.append(Fault(at, f"Order {row.order} has another address or moment on an earlier line."))
            known.pop()
    return [_events(lines_of_it, now) for lines_of_it in orders.values()], faults


def rows(shape: type[One], lines: Iterable[str], faults: list[Fault]) -> Iterator[tuple[int, One]]:
    """Return the lines of a table that can be read, with their numbers; the others are added to `faults`.

    :raises NoTable: when a column is missing
    """
    table = csv.DictReader(lines)
    needed = [name for name, field in shape.model_fields.items() if field.is_required()]
    if missing := [name for name in needed if name not in (table.fieldnames or ())]:
        raise NoTable(f"The first line has to name the columns; missing: {', '.join(missing)}.")
    for said in table:
        told = {name: said[name] for name in shape.model_fields if said.get(name) is not None}
        try:
            row = shape.model_validate(told)
        except ValidationError as error:
            what = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            faults.append(Fault(table.line_num, what))
            continue
        yield table.line_num, row


def _events(rows: list[_Row], now: datetime) -> list[Event]:
    first = rows[0]
    placed = Placed(
        key=first.order, number=first.order, at=now, email=first.email, name=first.name,
        placed_at=first.placed_at, paid_at=first.paid_at, amount=first.amount, currency=first.currency,
        things=tuple(Thing(row.line, row.item, row.count) for row in rows),
    )  # fmt: skip
    there = [_there(row, row.arrived_at) for row in rows if row.arrived_at]
    return [placed, *(there if first.paid_at else [])]


def _there(row: _Row, at: datetime) -> Arrived:
    return Arrived(key=row.order, at=at, proof=f"{at:%Y-%m-%d %H:%M} UTC", lines=(row.line,))
