"""Moments and spans in a person's words."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language, gettext

from odzew.lib import words

A_DAY = 24 * 60  # minutes
SOON = timedelta(hours=4)


class Words(NamedTuple):
    """What is said of moments, in one language."""

    today: str
    tomorrow: str
    yesterday: str
    late_by: str
    due_in: str


class Reader(NamedTuple):
    """In which language and zone somebody reads, and what day it is there."""

    language: str
    zone: tzinfo
    today: date
    words: Words

    def day(self, moment: datetime) -> str:
        """Return the local day and hour, as near as words come: "today 14:05", "Tue 09:00"."""
        local = moment.astimezone(self.zone)
        on = local.date()
        away = (on - self.today).days
        hour = f"{local:%H:%M}"
        if abs(away) <= 1:
            near = self.words.today if not away else self.words.tomorrow if away > 0 else self.words.yesterday
            return f"{near} {hour}"
        pattern = "ccc" if abs(away) < 7 else "d MMM" if on.year == self.today.year else "d MMM y"
        return f"{_written(on, pattern, self.language)} {hour}"


class Watch(NamedTuple):
    """A moment as somebody tells it: language, zone and day are asked for once, not for each row."""

    now: datetime
    reader: Reader

    def due(self, due_at: datetime) -> str:
        """Return by how much a debt is late, or in what time it falls due."""
        words = self.reader.words
        return (words.late_by if self.now > due_at else words.due_in) % self.since(due_at)

    def since(self, moment: datetime) -> str:
        """Return how far a moment is away (`span`)."""
        return _span(_minutes(self.now - moment), self.reader.language)


def watch(now: datetime) -> Watch:
    """Return the moment `now` as whoever is being served tells it."""
    return _watch(now, get_language() or "en", timezone.get_current_timezone())


# All of one page ask for the same.
@lru_cache(maxsize=64)
def _watch(now: datetime, language: str, zone: tzinfo) -> Watch:
    return Watch(now, Reader(language, zone, now.astimezone(zone).date(), _words(language)))


@lru_cache
def _words(_language: str) -> Words:
    return Words(
        today=gettext("today"),
        tomorrow=gettext("tomorrow"),
        yesterday=gettext("yesterday"),
        late_by=gettext("late by %s"),
        due_in=gettext("due in %s"),
    )


def span(length: timedelta) -> str:
    """Return a length of time in words, at least a minute: "5 min", "2 h 10 min", "1 day 4 h", "3 days".

    desk.js counts alike, with the same words (`units`).
    """
    return _span(_minutes(length), get_language() or "en")


def _minutes(length: timedelta) -> int:
    minutes = max(1, abs(length) // timedelta(minutes=1))
    # An hour more or less says nothing after two days.
    return minutes - minutes % A_DAY if minutes >= 2 * A_DAY else minutes


@lru_cache(maxsize=20_000)
def _span(minutes: int, language: str) -> str:
    return words.duration_words(timedelta(minutes=minutes), language)


def units() -> str:
    """Return the short words for hour and minute, parted by a bar."""
    language = get_language() or "en"
    lengths = (timedelta(hours=1), timedelta(minutes=1))
    return "|".join(
        words.duration_words(length, language).partition("\N{NO-BREAK SPACE}")[2] for length in lengths
    )


def figure(number: int) -> str:
    """Return a count as it is written in the person's language: "12 480"."""
    return _figure(number, get_language() or "en")


@lru_cache(maxsize=10_000)
def _figure(number: int, language: str) -> str:
    return words.number_words(number, language)


def urgency(due_at: datetime, now: datetime) -> str:
    """Return "late", "soon" (within `SOON`) or "open" for an open debt."""
    if now > due_at:
        return "late"
    return "soon" if due_at - now < SOON else "open"


def due(due_at: datetime, now: datetime) -> str:
    """Return by how much a debt is late, or in what time it falls due."""
    return watch(now).due(due_at)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was."""
    return words.ago_words(moment, now, get_language() or "en")


def written(local: date, pattern: str) -> str:
    """Return a local day by a CLDR pattern, in the right case: "niedziela, 22 listopada"."""
    return _written(date(local.year, local.month, local.day), pattern, get_language() or "en")


@lru_cache(maxsize=5_000)
def _written(local: date, pattern: str, language: str) -> str:
    return format_date(local, pattern, locale=language)


def day(moment: datetime, now: datetime) -> str:
    """Return the local day and hour of a moment, as near as words come: "today 14:05", "Tue 09:00"."""
    return watch(now).reader.day(moment)


def midnight(day: date) -> datetime:
    """Return the moment at which a day of the desk's clock begins.

    :raises OverflowError: when that is before the first or after the last moment there is
    """
    return datetime.combine(day, time.min, timezone.get_current_timezone()).astimezone(UTC)


def days(since: datetime, until: datetime) -> str:
    """Return a span in words: "Mon 30 Nov – Fri 4 Dec", with hours where it is not whole days."""
    first, last = timezone.localtime(since), timezone.localtime(until)
    if last.time() == time.min:
        last_day, end = last.date() - timedelta(days=1), ""
    else:
        last_day, end = last.date(), f"{last:%H:%M}"
    start = "" if first.time() == time.min else f"{first:%H:%M}"
    day = written(first.date(), "ccc d MMM")
    if first.date() == last_day:
        return f"{day} {start or '00:00'} – {end or '24:00'}" if start or end else day
    return f"{f'{day} {start}'.strip()} – {written(last_day, 'ccc d MMM')} {end}".strip()
