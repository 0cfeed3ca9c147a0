"""A report as a file: CSV (RFC 4180) and XLSX."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO

from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk.reports.figures import Figure
from odzew.desk.reports.rows import Row
from odzew.desk.reports.tables import Table, Value

Cell = str | int | float | datetime | None
# A spreadsheet takes a text that begins so for a formula, whoever wrote it (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
A_MINUTE = timedelta(minutes=1)


def of_tables(tables: Sequence[Table], by: str) -> Iterator[list[Cell]]:
    """Yield the report as lines of cells, times in minutes, the names of the columns first."""
    figures = [figure for table in tables for figure in table.figures]
    yield [by, *(name for figure in figures for name in _columns(figure))]
    for lines in zip(*([*table.lines, table.total] for table in tables), strict=True):
        yield [lines[0].name, *(cell for line in lines for value in line.values for cell in _cells(value))]


def _columns(figure: Figure) -> list[str]:
    if not figure.times:
        return [str(figure.name)]
    kinds = (gettext("median, min"), gettext("p90, min"), gettext("mean, min"))
    return [str(figure.name), *(f"{figure.name}: {kind}" for kind in kinds)]


def _cells(value: Value) -> list[Cell]:
    if not value.figure.times:
        return [value.count]
    if value.times is None:
        return [value.count, None, None, None]
    return [value.count, *map(_minutes, (value.times.median, value.times.p90, value.times.mean))]


def of_rows(figure: Figure, rows: Iterable[Row], link: str) -> Iterator[list[Cell]]:
    """Yield the rows behind a figure as lines of cells, the names of the columns first."""
    yield [
        gettext("When"), gettext("Customer"), gettext("Subject"), gettext("Team"), gettext("Person"),
        gettext("Channel"), gettext("Since"), gettext("Due"), gettext("Waited, min"), gettext("Note"),
        gettext("Conversation"),
    ]  # fmt: skip
    for row in rows:
        case = row.case
        yield [
            case.at, row.customer, row.subject, row.team, row.person, row.channel, case.since, case.due,
            _minutes(case.length) if case.length is not None else None, row.note,
            link.format(case.conversation) if row.is_visible else "",
        ]  # fmt: skip


def _minutes(wait: timedelta) -> float:
    return round(wait / A_MINUTE, 1)


def as_csv(lines: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines as CSV, with the mark by which spreadsheets know UTF-8."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"
    for line in lines:
        text = StringIO()
        csv.writer(text).writerow([_plain(cell) for cell in line])
        yield text.getvalue()


def _plain(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(" ", "seconds")
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
