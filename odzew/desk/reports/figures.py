"""The figures of a report: what each counts, and whose time it tells besides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from odzew.desk.reports import cases
from odzew.desk.reports.cases import Case, Span

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of cases. `times`: "work" tells their waits in working hours, "clock" by the clock.

    `of` is the key of the figure it is a share of, of the same cases; "" when no share is told.
    """

    key: str
    name: Words
    about: Words
    source: Callable[[Span], list[Case]]
    counts: Callable[[Case, Span], bool] = lambda case, span: True
    times: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that are read together."""

    name: Words
    figures: Sequence[Figure]


def _marked(mark: str) -> Callable[[Case, Span], bool]:
    return lambda case, span: case.mark == mark


def _step(how: str, name: Words, about: Words) -> Figure:
    return Figure(how, name, about, cases.answers, lambda case, span: case.how == how, of="rated")


SECTIONS = (
    Section(
        _("Answers"),
        (
            Figure("answered", _("Answered"), _("All answers given, first and next ones."), cases.answers),
            Figure(
                "first",
                _("First answers"),
                _("The first answer of a conversation, and how long its customer had waited."),
                cases.answers,
                _marked("first"),
                times="work",
            ),
            Figure(
                "next",
                _("Next answers"),
                _("Every further answer, and how long it had been waited for."),
                cases.answers,
                _marked("next"),
                times="work",
            ),
            Figure(
                "late",
                _("Late answers"),
                _("Answers that came after their hour, first and next ones."),
                cases.answers,
                lambda case, span: case.is_late,
            ),
            Figure(
                "taken_back",
                _("Answers reopened"),
                _(
                    "Answers of these days that did not hold: the customer said “not yet”, or a colleague "
                    "corrected it, until today. Their share is of all answers."
                ),
                cases.answers,
                lambda case, span: case.taken_back,
                of="answered",
            ),
        ),
    ),
    Section(
        _("What customers said"),
        (
            Figure(
                "judged",
                _("Said “yes” or “not yet”"),
                _("Answers of these days of which the customer said “yes” or “not yet”, until today."),
                cases.answers,
                lambda case, span: case.judged,
                of="answered",
            ),
            Figure(
                "rated",
                _("Said how it was"),
                _("Of those who said “yes” or “not yet”, and were asked how it was, these told us."),
                cases.answers,
                lambda case, span: bool(case.how),
                of="judged",
            ),
            _step("good", _("Good"), _("Answers the customer found good.")),
            _step("fair", _("So-so"), _("Answers the customer found so-so.")),
            _step("bad", _("Bad"), _("Answers the customer found bad.")),
        ),
    ),
    Section(
        _("Volume"),
        (
            Figure(
                "received",
                _("Messages received"),
                _("Written by people; what machines send is not counted."),
                cases.received,
            ),
            Figure(
                "begun", _("Conversations begun"), _("By the moment of their first message."), cases.begun
            ),
            Figure(
                "closed", _("Closed"), _("Conversations closed in these days that still are."), cases.closed
            ),
            Figure(
                "unconfirmed",
                _("Unconfirmed"),
                _("Of these, closed by silence: the customer was asked if it answered, and said nothing."),
                cases.closed,
                _marked("unconfirmed"),
                of="closed",
            ),
        ),
    ),
    Section(
        _("Our word"),
        (
            Figure(
                "kept",
                _("Promises kept"),
                _("Promises whose date lay in these days, done by it."),
                cases.promised,
                _marked("kept"),
            ),
            Figure(
                "broken",
                _("Promises broken"),
                _("Promises whose date lay in these days: done late, still owed, or moved too late."),
                cases.promised,
                _marked("broken"),
            ),
            Figure(
                "reopened",
                _("Reopened"),
                _("What was settled and did not hold: a “not yet”, a bounce, a colleague's correction."),
                cases.reopened,
            ),
            Figure(
                "waived",
                _("Waived"),
                _("Taken off the books with a reason instead of an answer."),
                cases.waived,
            ),
        ),
    ),
    Section(
        _("Owed now"),
        (
            Figure(
                "open",
                _("Open"),
                _("All that is owed at this moment, with its age by the clock: nights and holidays count."),
                cases.open_now,
                times="clock",
            ),
            Figure(
                "overdue",
                _("Past its hour"),
                _("Of these, what should have been done already."),
                cases.open_now,
                lambda case, span: case.due is not None and case.due < span.now,
            ),
        ),
    ),
)
ALL = {figure.key: figure for section in SECTIONS for figure in section.figures}


@dataclass(frozen=True, slots=True)
class Times:
    """How long it took: half of them no longer than `median`, nine of ten no longer than `p90`."""

    median: timedelta
    p90: timedelta
    mean: timedelta


def times(lengths: Iterable[timedelta | None]) -> Times | None:
    """Return the times of some waits, each one that a row has (nearest rank), or None of none."""
    found = sorted(length for length in lengths if length is not None)
    if not found:
        return None
    half, nine = (found[ceil(len(found) * share / 10) - 1] for share in (5, 9))
    return Times(half, nine, sum(found, timedelta()) / len(found))
