"""The tables of a report: a line for each team, person or channel, each figure a link to its rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from odzew.desk import moments, pieces
from odzew.desk.reports import figures, names
from odzew.desk.reports.asked import Asked
from odzew.desk.reports.cases import Case
from odzew.desk.reports.figures import Figure, Times
from odzew.desk.reports.names import Group, Names
from odzew.desk.reports.report import Report
from odzew.lib import words

LINK = '<a class="{}" href="{}">{}</a>'
Parted = Mapping[str, Mapping[int, Sequence[Case]]]  # by figure, by line


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its times, its share (0 to 1) of what it is one of, and the part it is of.

    There is no share of nothing.
    """

    figure: Figure
    count: int
    share: float | None
    times: Times | None
    part: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one team, person or channel, or of all together."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a section."""

    name: str
    figures: Sequence[Figure]
    lines: Sequence[Line]
    total: Line


def tables(report: Report, asked: Asked, known: Names) -> list[Table]:
    """Return the sections, with the same lines in each."""
    found = {key: report.of(figure) for key, figure in figures.ALL.items()}
    groups = names.groups((case for cases in found.values() for case in cases), asked.by, known)
    parted = {key: _parted(cases, asked.by) for key, cases in found.items()}
    return [_table(section, groups, parted, found, asked.by) for section in figures.SECTIONS]


def _table(
    section: figures.Section,
    groups: Iterable[Group],
    parted: Parted,
    found: Mapping[str, Sequence[Case]],
    by: str,
) -> Table:
    def line(name: str, of: Callable[[str], Sequence[Case]], part: Mapping[str, int]) -> Line:
        return Line(name, [_value(f, of, part) for f in section.figures])

    return Table(
        name=str(section.name),
        figures=section.figures,
        lines=[line(g.name, _of_one(parted, g.number), {by: g.number}) for g in groups],
        total=line(gettext("Together"), found.__getitem__, {}),
    )


def _of_one(parted: Parted, number: int) -> Callable[[str], Sequence[Case]]:
    return lambda key: parted[key].get(number, ())


def _parted(cases: Iterable[Case], by: str) -> dict[int, list[Case]]:
    found: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        for number in names.keys(case, by):
            found[number].append(case)
    return found


def _value(figure: Figure, of: Callable[[str], Sequence[Case]], part: Mapping[str, int]) -> Value:
    cases = of(figure.key)
    took = figures.times(case.length for case in cases) if figure.times else None
    whole = len(of(figure.of)) if figure.of else 0
    return Value(figure, len(cases), len(cases) / whole if whole else None, took, part)


def cells(value: Value, asked: Asked) -> list[SafeString]:
    """Return the figure, and the times it has, each as a link to the rows behind it, or its share."""
    key = value.figure.key
    shown = [counted(value.count, asked.link("report-rows", figure=key, **value.part))]
    if value.figure.of:
        return [*shown, share(value.share)]
    if not value.figure.times:
        return shown
    if value.times is None:
        return [*shown, SafeString("–"), SafeString("–")]
    longest = asked.link("report-rows", figure=key, order="length", **value.part)
    took = (length(wait, value.figure.times) for wait in (value.times.median, value.times.p90))
    return [*shown, *(pieces.fill(LINK, "tally tally-time", longest, wait) for wait in took)]


def counted(count: int, link: str) -> SafeString:
    """Return a count as a link to its rows."""
    return pieces.fill(LINK, "tally" if count else "tally tally-none", link, moments.figure(count))


def share(part: float | None) -> SafeString:
    """Return a share in percent, or nothing of nothing."""
    told = "" if part is None else words.percent_words(part, get_language() or "en")
    return pieces.fill('<span class="tally-time">{}</span>', told)


def length(wait: timedelta, clock: str) -> str:
    """Return a wait in words: working time in hours however many, time by the clock in days."""
    if clock == "clock":
        return moments.span(wait)
    return words.duration_words(wait, get_language() or "en", days=False)
