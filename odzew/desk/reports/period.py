"""The days a report is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk import moments

# Working time is reckoned here, answer by answer: a page of more would keep its reader waiting.
LONGEST = 92
USUAL = 30
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the desk's clock, the first and the last included."""

    first: date
    last: date
    problem: str = ""

    @property
    def since(self) -> datetime:
        """Return its first moment."""
        return moments.midnight(self.first)

    @property
    def until(self) -> datetime:
        """Return the first moment after it."""
        return moments.midnight(self.last + A_DAY)

    @property
    def days(self) -> Iterator[date]:
        """Yield its days."""
        yield from (self.first + A_DAY * n for n in range((self.last - self.first).days + 1))

    def __str__(self) -> str:
        first = moments.written(self.first, "d MMM y")
        return first if self.first == self.last else f"{first} – {moments.written(self.last, 'd MMM y')}"


def read(asked: Mapping[str, str], now: datetime) -> Period:
    """Return the days somebody asks for; what cannot be shown is replaced, and the problem said."""
    usual = recent(USUAL, now)
    if not asked.get("from") and not asked.get("to"):
        return usual
    try:
        first, last = sorted(date.fromisoformat(asked.get(name, "")) for name in ("from", "to"))
        moments.midnight(first), moments.midnight(last + A_DAY)
    except (ValueError, OverflowError):
        said = gettext("These are no two days of the calendar. The last %(days)d days are shown.")
        return Period(usual.first, usual.last, said % {"days": USUAL})
    if (last - first).days >= LONGEST:
        said = gettext("A report covers %(days)d days at most: the first of those you asked for are shown.")
        return Period(first, first + A_DAY * (LONGEST - 1), said % {"days": LONGEST})
    return Period(first, last)


def recent(days: int, now: datetime) -> Period:
    """Return the last days up to today."""
    today = timezone.localtime(now).date()
    return Period(today - A_DAY * (days - 1), today)


def choices(now: datetime) -> list[tuple[str, Period]]:
    """Return the periods that are mostly wanted."""
    today = timezone.localtime(now).date()
    this_month = today.replace(day=1)
    before = this_month - A_DAY
    return [
        (gettext("7 days"), recent(7, now)),
        (gettext("30 days"), recent(30, now)),
        (gettext("This month"), Period(this_month, today)),
        (gettext("Last month"), Period(before.replace(day=1), before)),
    ]
