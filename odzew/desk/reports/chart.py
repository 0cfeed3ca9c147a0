"""The pictures of a report: drawn here, read without a script, each with a table that says the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.desk import moments, pieces
from odzew.desk.reports import figures, tables
from odzew.desk.reports.asked import Asked
from odzew.desk.reports.cases import Case
from odzew.desk.reports.report import Report

PICTURE = (
    '<svg class="bars" viewBox="0 0 {} 100" preserveAspectRatio="none" role="img" aria-label="{}">{}{}</svg>'
)
LINES = SafeString('<path class="bar-line" d="M0 1H1000M0 50H1000" vector-effect="non-scaling-stroke"/>')
BAR = '<rect class="{}" x="{}" y="{}" width="4" height="{}"><title>{}</title></rect>'
SHARE = (
    '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-out" width="{}" height="10"/></svg>'
)
A_DAY = 10  # units of the picture: two bars of four, and a gap
HOURS = (1, 2, 4, 8, 16, 40)  # the waits told apart, in working hours


@dataclass(frozen=True, slots=True)
class Days:
    """What came and was answered, day by day."""

    picture: SafeString
    most: str
    first: str
    last: str
    rows: Sequence[tuple[str, SafeString, SafeString]]


def by_day(report: Report, asked: Asked) -> Days:
    """Return messages received and answers given by day."""
    received = _daily(report.of(figures.ALL["received"]))
    answered = _daily(report.of(figures.ALL["answered"]))
    days = list(asked.period.days)
    most = max(count[day] for count in (received, answered) for day in days)
    return Days(
        picture=_picture(days, received, answered, most),
        most=moments.figure(most),
        first=moments.written(days[0], "d MMM"),
        last=moments.written(days[-1], "d MMM") if len(days) > 1 else "",
        rows=[
            (
                _named(day),
                tables.counted(received[day], _rows(asked, "received", day)),
                tables.counted(answered[day], _rows(asked, "answered", day)),
            )
            for day in days
        ],
    )


def _picture(days: Sequence[date], received: Counter[date], answered: Counter[date], most: int) -> SafeString:
    label = gettext("Messages received and answers given, by day. The most on one day: %(most)s.")
    bars = (
        bar for n, day in enumerate(days) for bar in _bars(n, day, received[day], answered[day], most or 1)
    )
    said = label % {"most": moments.figure(most)}
    return pieces.fill(PICTURE, len(days) * A_DAY, said, LINES, SafeString("".join(bars)))


def _daily(cases: Iterable[Case]) -> Counter[date]:
    return Counter(timezone.localtime(case.at).date() for case in cases)


def _named(day: date) -> str:
    return moments.written(day, "ccc d MMM")


def _bars(place: int, day: date, received: int, answered: int, most: int) -> Iterable[str]:
    for shift, css, count, name in (
        (1, "bar-in", received, gettext("Received")),
        (5, "bar-out", answered, gettext("Answered")),
    ):
        height = round(99 * count / most, 1)
        words = f"{_named(day)}: {name} {moments.figure(count)}"
        yield pieces.fill(BAR, css, place * A_DAY + shift, round(100 - height, 1), height, words)


def _rows(asked: Asked, key: str, day: date) -> str:
    return asked.link("report-rows", figure=key, **{"from": day, "to": day})


@dataclass(frozen=True, slots=True)
class Wait:
    """How many waited so long, with a bar of their share of the most."""

    words: str
    rows: SafeString
    bar: SafeString


def waits(report: Report, asked: Asked) -> list[Wait]:
    """Return how long first answers were waited for, in working hours, by steps."""
    lengths = [case.length for case in report.of(figures.ALL["first"]) if case.length is not None]
    steps = list(zip((None, *HOURS), (*HOURS, None), strict=True))
    counts = [sum(_is_within(length, over, upto) for length in lengths) for over, upto in steps]
    most = max(counts) or 1
    return [
        Wait(
            words=_words(over, upto),
            rows=tables.counted(
                count, asked.link("report-rows", figure="first", over=_minutes(over), upto=_minutes(upto))
            ),
            bar=pieces.fill(SHARE, round(100 * count / most, 1)),
        )
        for (over, upto), count in zip(steps, counts, strict=True)
    ]


def _is_within(length: timedelta, over: int | None, upto: int | None) -> bool:
    longer = over is None or length > timedelta(hours=over)
    return longer and (upto is None or length <= timedelta(hours=upto))


def _minutes(hours: int | None) -> int | None:
    return None if hours is None else hours * 60


def _words(over: int | None, upto: int | None) -> str:
    told = {
        name: tables.length(timedelta(hours=hours), "work")
        for name, hours in (("over", over), ("upto", upto))
        if hours is not None
    }
    if over is None:
        return gettext("up to %(upto)s") % told
    return (gettext("more than %(over)s") if upto is None else gettext("%(over)s to %(upto)s")) % told
