"""A report as a file: CSV (RFC 4180) and XLSX."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk.reports.figures import Figure
from odzew.desk.reports.rows import Row
from odzew.desk.reports.tables import Table, Value
from odzew.lib.plain import no_formula


class Share(float):
    """A share from 0 to 1."""


Cell = str | int | float | Share | datetime | None
LONGEST_TEXT = 32_767  # letters of a cell (ECMA-376, as Excel has it)
A_MINUTE = timedelta(minutes=1)


def of_tables(tables: Sequence[Table], by: str) -> Iterator[list[Cell]]:
    """Yield the report as lines of cells, times in minutes, the names of the columns first."""
    figures = [figure for table in tables for figure in table.figures]
    yield [by, *(name for figure in figures for name in _columns(figure))]
    for lines in zip(*([*table.lines, table.total] for table in tables), strict=True):
        yield [lines[0].name, *(cell for line in lines for value in line.values for cell in _cells(value))]


def _columns(figure: Figure) -> list[str]:
    if figure.of:
        return [str(figure.name), f"{figure.name}: {gettext('share, %')}"]
    if not figure.times:
        return [str(figure.name)]
    kinds = (gettext("median, min"), gettext("p90, min"), gettext("mean, min"))
    return [str(figure.name), *(f"{figure.name}: {kind}" for kind in kinds)]


def _cells(value: Value) -> list[Cell]:
    if value.figure.of:
        return [value.count, None if value.share is None else Share(value.share)]
    if not value.figure.times:
        return [value.count]
    if value.times is None:
        return [value.count, None, None, None]
    return [value.count, *map(_minutes, (value.times.median, value.times.p90, value.times.mean))]


def of_rows(rows: Iterable[Row], link: str) -> Iterator[list[Cell]]:
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


def as_xlsx(lines: Iterable[Sequence[Cell]]) -> bytes:
    """Return the lines as a sheet of a workbook (ECMA-376)."""
    from xlsxwriter import Workbook  # a fifth of a second to import, and seldom needed

    content = BytesIO()
    # Row by row to a file of its own: many rows take no more memory than few.
    with Workbook(content, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet, strong = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True})
        percent = book.add_format({"num_format": "0.0%"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 40, 16)
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                _write(
                    sheet,
                    row,
                    column,
                    cell,
                    strong if row == 0 else percent if isinstance(cell, Share) else None,
                )
    return content.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    match cell:
        case str():  # as a text, whatever it begins with
            sheet.write_string(row, column, cell[:LONGEST_TEXT], style)
        case datetime():
            sheet.write_datetime(row, column, timezone.localtime(cell).replace(tzinfo=None), style)
        case int() | float():
            sheet.write_number(row, column, cell, style)


def _minutes(wait: timedelta) -> float:
    return round(wait / A_MINUTE, 1)


def as_csv(lines: Iterable[Sequence[Cell]]) -> str:
    """Return the lines as CSV, with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    text.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    csv.writer(text).writerows([_plain(cell) for cell in line] for line in lines)
    return text.getvalue()


def _plain(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(" ", "seconds")
    if isinstance(cell, Share):
        return round(cell * 100, 1)
    return no_formula(cell) if isinstance(cell, str) else cell
