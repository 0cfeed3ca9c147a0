"""Reports: what came, how soon and how well it was answered, and the rows behind every figure."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from odzew.desk import moments, numbers
from odzew.desk.reports import asked as asking, chart, choices, figures, files, period, rows as behind, tables
from odzew.desk.reports.asked import Asked
from odzew.desk.reports.figures import Figure, Times
from odzew.desk.reports.names import Names
from odzew.desk.reports.report import Only
from odzew.lib.clock import now

PAGE = 100
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Show the figures of some days."""
    asked = asking.read(request, now())
    drawn = asked.report()
    found = tables.tables(drawn, asked, Names())
    context = {
        "asked": asked,
        "choices": choices.choices(asked),
        "periods": _periods(asked),
        "tabs": _tabs(asked),
        "by": _groupings()[asked.by],
        "tables": [_drawn(table, asked) for table in found],
        "files": _files(asked),
        "by_day": chart.by_day(drawn, asked),
        "waits": chart.waits(drawn, asked),
        "longest": period.LONGEST,
    }
    return render(request, "desk/reports/reports.html", context)


@login_required
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Show the rows behind a figure."""
    asked, figure = asking.read(request, now()), _figure(request)
    order = request.GET.get("order", "")
    found = behind.in_order(asked.report().of(figure), order)
    page = max(numbers.number(request.GET.get("page", "")) or 1, 1)
    piece = found[(page - 1) * PAGE : page * PAGE]
    link = {"figure": figure.key, "order": order or None}
    context = {
        "asked": asked,
        "figure": figure,
        "count": moments.figure(len(found)),
        "times": _times(figures.times(case.length for case in found), figure),
        "part": [choice.words for choice in choices.choices(asked) if choice.words],
        "rows": [(row, _wait(row, figure)) for row in behind.rows(piece, asked.person, Names())],
        "now": asked.now,
        "up": asked.link("reports", **dict.fromkeys(Only.__slots__)),
        "newest": asked.link("report-rows", figure=figure.key) if figure.times and order else "",
        "longest": asked.link("report-rows", figure=figure.key, order="length")
        if figure.times and not order
        else "",
        "before": asked.link("report-rows", **link, page=page - 1) if page > 1 else "",
        "after": asked.link("report-rows", **link, page=page + 1) if len(found) > page * PAGE else "",
        "files": _files(asked, **link),
    }
    return render(request, "desk/reports/rows.html", context)


@login_required
@require_safe
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the report, or with `figure` the rows behind it, as a file."""
    asked = asking.read(request, now())
    known = Names()
    if kind not in FORMATS:
        raise Http404(gettext("A report comes as CSV or XLSX."))
    if "figure" not in request.GET:
        lines = files.of_tables(tables.tables(asked.report(), asked, known), _groupings()[asked.by])
        return _sent("report", kind, asked, lines)
    figure = _figure(request)
    found = behind.in_order(asked.report().of(figure), request.GET.get("order", ""))
    to_talk = request.build_absolute_uri(reverse("conversation", args=[0])).replace("/0/", "/{}/")
    lines = files.of_rows(behind.rows(found, asked.person, known), to_talk)
    return _sent(figure.key, kind, asked, lines)


def _sent(name: str, kind: str, asked: Asked, lines: Iterable[Sequence[files.Cell]]) -> HttpResponse:
    named = f"odzew-{name}-{asked.period.first}-{asked.period.last}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    content = files.as_xlsx(lines) if kind == "xlsx" else files.as_csv(lines)
    return HttpResponse(content, content_type=FORMATS[kind], headers=headers)


def _files(asked: Asked, **more: object) -> list[tuple[str, str]]:
    return [(kind.upper(), asked.link("report-file", kind, **more)) for kind in FORMATS]


def _figure(request: HttpRequest) -> Figure:
    found = figures.ALL.get(request.GET.get("figure", ""))
    if found is None:
        raise Http404(gettext("There is no such figure. Open it from the reports."))
    return found


def _groupings() -> dict[str, str]:
    return {
        "team": gettext("Team"),
        "person": gettext("Person"),
        "channel": gettext("Channel"),
        "tag": gettext("Tag"),
    }


def _tabs(asked: Asked) -> list[dict[str, object]]:
    names = {
        "team": gettext("By team"),
        "person": gettext("By person"),
        "channel": gettext("By channel"),
        "tag": gettext("By tag"),
    }
    return [
        {"name": name, "url": asked.link("reports", by=by), "here": by == asked.by}
        for by, name in names.items()
    ]


def _periods(asked: Asked) -> list[dict[str, object]]:
    found = []
    for name, days in period.choices(asked.now):
        link = asked.link("reports", **{"from": days.first, "to": days.last})
        found.append({"name": name, "url": link, "here": days == asked.period})
    return found


def _drawn(table: tables.Table, asked: Asked) -> dict[str, Any]:
    def line(drawn: tables.Line) -> dict[str, Any]:
        cells = [cell for value in drawn.values for cell in tables.cells(value, asked)]
        return {"name": drawn.name, "cells": cells}

    return {
        "name": table.name,
        "figures": table.figures,
        "lines": [line(each) for each in table.lines],
        "total": line(table.total),
    }


def _times(found: Times | None, figure: Figure) -> dict[str, str]:
    if found is None or not figure.times:
        return {}
    named = (("median", found.median), ("p90", found.p90), ("mean", found.mean))
    return {name: tables.length(wait, figure.times) for name, wait in named}


def _wait(row: behind.Row, figure: Figure) -> str:
    return tables.length(row.case.length, figure.times) if row.case.length is not None else ""
