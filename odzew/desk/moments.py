"""Moments and spans in a person's words."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language, gettext

from odzew.lib import words

A_DAY = 24 * 60  # minutes
SOON = timedelta(hours=4)


def span(length: timedelta) -> str:
    """Return a length of time in words, at least a minute: "5 min", "2 h 10 min", "1 day 4 h", "3 days".

    desk.js counts alike, with the same words (`units`).
    """
    minutes = max(1, abs(length) // timedelta(minutes=1))
    if minutes >= 2 * A_DAY:
        minutes -= minutes % A_DAY  # an hour more or less says nothing after two days
    return _span(minutes, get_language() or "en")


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
    said = gettext("late by %s") if now > due_at else gettext("due in %s")
    return said % span(due_at - now)


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
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    away = (local.date() - today).days
    hour = f"{local:%H:%M}"
    if abs(away) <= 1:
        near = gettext("today") if not away else gettext("tomorrow") if away > 0 else gettext("yesterday")
        return f"{near} {hour}"
    this_year = local.year == today.year
    pattern = "ccc" if abs(away) < 7 else "d MMM" if this_year else "d MMM y"
    return f"{written(local, pattern)} {hour}"


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
    begins = f"{written(first.date(), 'ccc d MMM')} {start}".strip()
    if first.date() == last_day:
        return f"{begins} – {end or '24:00'}" if start else f"{begins} – {end}" if end else begins
    return f"{begins} – {written(last_day, 'ccc d MMM')} {end}".strip()
