"""Moments, durations and numbers as people write them, in Polish, Ukrainian, Russian and English.

Grammar stands here and not in the translations, because a preposition depends on the word after
it. No-break spaces keep a preposition, a number and its unit on one line.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_DAY = timedelta(days=1)
_JUST_NOW = timedelta(seconds=10)
_UKRAINIAN_ELEVEN = (f"о{_NBSP}11:", f"об{_NBSP}11:")  # The one hour read out with a vowel first.
_MANY_DAYS = 7
"""From so many days on, a duration is told in days alone."""


@dataclass(frozen=True)
class _Manner:
    # In all of these "~" is a no-break space.
    locale: str
    near: tuple[str, str, str]  # yesterday, today, tomorrow
    weekdays: str  # from Monday, each with its preposition and in the case that it asks
    date: str
    at: tuple[str, str]  # with a near day, with a date
    until: tuple[str, str]
    units: tuple[str, str, str]  # hour, minute, second
    just_now: str


_MANNERS = {
    "pl": _Manner(
        locale="pl",
        near=("wczoraj", "dziś", "jutro"),
        weekdays="w~poniedziałek we~wtorek w~środę w~czwartek w~piątek w~sobotę w~niedzielę",
        date="{day_month} {year}~r.",
        at=("{day} o~{time}", "{day}, o~{time}"),
        until=("{day} do~{time}", "{day}, do~{time}"),
        units=("godz.", "min", "s"),
        just_now="przed chwilą",
    ),
    "uk": _Manner(
        locale="uk",
        near=("вчора", "сьогодні", "завтра"),
        weekdays="у~понеділок у~вівторок у~середу у~четвер у~пʼятницю у~суботу у~неділю",
        date="{day_month} {year}~р.",
        at=("{day} о~{time}", "{day}, о~{time}"),
        until=("{day} до~{time}", "{day}, до~{time}"),
        units=("год", "хв", "с"),
        just_now="щойно",
    ),
    "ru": _Manner(
        locale="ru",
        near=("вчера", "сегодня", "завтра"),
        weekdays="в~понедельник во~вторник в~среду в~четверг в~пятницу в~субботу в~воскресенье",
        date="{day_month} {year}~г.",
        at=("{day} в~{time}", "{day}, в~{time}"),
        until=("{day} до~{time}", "{day}, до~{time}"),
        units=("ч", "мин", "с"),
        just_now="только что",
    ),
    "en": _Manner(
        locale="en_GB",
        near=("yesterday", "today", "tomorrow"),
        weekdays="on~Monday on~Tuesday on~Wednesday on~Thursday on~Friday on~Saturday on~Sunday",
        date="{day_month} {year}",
        at=("{day} at~{time}", "{day}, at~{time}"),
        until=("by~{time} {day}", "by~{time} {day}"),
        units=("h", "min", "s"),
        just_now="just now",
    ),
}


def moment_words(moment: datetime, now: datetime, tz: str, lang: str) -> str:
    """Return when something is or was: "jutro o 12:00", "w poniedziałek, 30 listopada, o 12:00".

    `tz` is the IANA zone of the reader; a language without a manner of its own is told in English.
    """
    manner, local = _manner(lang), moment.astimezone(ZoneInfo(tz))
    words = _placed(manner, manner.at, local.date(), f"{local:%H:%M}", _today(now, tz))
    return words.replace(*_UKRAINIAN_ELEVEN)


def until_words(moment: datetime, now: datetime, tz: str, lang: str) -> str:
    """Return by when something is due: "dziś do 16:00", "by 12:00 on Monday, 30 November".

    Midnight is told as 24:00 of the day that it ends.
    """
    manner, local = _manner(lang), moment.astimezone(ZoneInfo(tz))
    day, clock = local.date(), f"{local:%H:%M}"
    if clock == "00:00":
        day, clock = day - _DAY, "24:00"
    return _placed(manner, manner.until, day, clock, _today(now, tz))


def day_words(day: date, today: date, lang: str) -> str:
    """Return on which day: "dziś", "w poniedziałek, 30 listopada", "on Friday, 5 February 2027"."""
    return _glued(_day(_manner(lang), day, today))


def duration_words(duration: timedelta, lang: str, *, days: bool = True) -> str:
    """Return how long, in its two greatest units, cut and not rounded: "2 godz. 10 min", "3 dni".

    Without `days` it is told in hours, however many: a day of working time is not one of 24 hours.
    """
    if duration < timedelta(0):
        return _MINUS + duration_words(-duration, lang, days=days)
    manner, seconds = _manner(lang), duration // timedelta(seconds=1)
    if days and duration >= _DAY:
        whole, hours = seconds // 86_400, seconds % 86_400 // 3600
        more = hours and whole < _MANY_DAYS
        words = format_unit(whole, "duration-day", length="long", locale=_locale(manner)).replace(" ", "~")
        return _glued(f"{words} {hours}~{manner.units[0]}" if more else words)
    amounts = (seconds // 3600, seconds % 3600 // 60, seconds % 60 if seconds < 60 else 0)
    parts = [f"{amount}~{unit}" for amount, unit in zip(amounts, manner.units, strict=True) if amount]
    return _glued(" ".join(parts) or f"0~{manner.units[2]}")


def ago_words(moment: datetime, now: datetime, lang: str) -> str:
    """Return how long ago, or how far ahead: "2 minuty temu", "za 3 godziny", "przed chwilą"."""
    manner, away = _manner(lang), moment - now
    if abs(away) < _JUST_NOW:
        return manner.just_now.replace(" ", _NBSP)
    words = format_timedelta(away, add_direction=True, threshold=1.0, locale=_locale(manner))
    return words.replace(" ", _NBSP)


def number_words(number: float | Decimal, lang: str) -> str:
    """Return a number with the marks of its language: "12 345,6", "12,345.6".

    Polish leaves four digits together (CLDR, minimumGroupingDigits).
    """
    manner = _manner(lang)
    together = manner.locale == "pl" and -10_000 < number < 10_000
    words = format_decimal(number, locale=_locale(manner), group_separator=not together)
    return words.replace("-", _MINUS)


def percent_words(share: float, lang: str) -> str:
    """Return a share (0 to 1) in percent, to a tenth, as its language writes it: "12,5 %", "12.5%"."""
    # Without quantization the pattern of the language keeps its marks, and the tenth stands.
    return format_percent(round(share, 3), locale=_locale(_manner(lang)), decimal_quantization=False)


def _placed(manner: _Manner, forms: tuple[str, str], day: date, clock: str, today: date) -> str:
    near = abs((day - today).days) <= 1
    return _glued(forms[not near].format(day=_day(manner, day, today), time=clock))


def _day(manner: _Manner, day: date, today: date) -> str:
    away = (day - today).days
    if abs(away) <= 1:
        return manner.near[away + 1]
    day_month = format_date(day, "d~MMMM", locale=_locale(manner))
    words = day_month if day.year == today.year else manner.date.format(day_month=day_month, year=day.year)
    return f"{manner.weekdays.split()[day.weekday()]}, {words}"


def _today(now: datetime, tz: str) -> date:
    return now.astimezone(ZoneInfo(tz)).date()


def _manner(lang: str) -> _Manner:
    return _MANNERS.get(lang[:2].lower(), _MANNERS["en"])


@lru_cache
def _parsed(identifier: str) -> Locale:
    return Locale.parse(identifier)


def _locale(manner: _Manner) -> Locale:
    return _parsed(manner.locale)


def _glued(words: str) -> str:
    return words.replace("~", _NBSP)
