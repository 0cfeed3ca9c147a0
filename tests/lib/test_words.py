"""Moments, durations and numbers in the manner of four languages; "~" stands for a no-break space."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from odzew.lib import words

ZONE = "Europe/Warsaw"
NOW = datetime.fromisoformat("2026-11-26T10:00:00+01:00")  # a Thursday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+01:00")


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", "~")


# moment: at, until
MOMENTS = {
    "pl": {
        "2026-11-26T16:00": ("dziś o~16:00", "dziś do~16:00"),
        "2026-11-27T12:00": ("jutro o~12:00", "jutro do~12:00"),
        "2026-11-25T08:05": ("wczoraj o~08:05", "wczoraj do~08:05"),
        "2026-11-28T09:00": ("w~sobotę, 28~listopada, o~09:00", "w~sobotę, 28~listopada, do~09:00"),
        "2026-11-30T12:00": (
            "w~poniedziałek, 30~listopada, o~12:00",
            "w~poniedziałek, 30~listopada, do~12:00",
        ),
        "2026-12-01T12:00": ("we~wtorek, 1~grudnia, o~12:00", "we~wtorek, 1~grudnia, do~12:00"),
        "2026-12-02T12:00": ("w~środę, 2~grudnia, o~12:00", "w~środę, 2~grudnia, do~12:00"),
        "2026-11-22T23:59": ("w~niedzielę, 22~listopada, o~23:59", "w~niedzielę, 22~listopada, do~23:59"),
        "2027-02-05T12:00": ("w~piątek, 5~lutego 2027~r., o~12:00", "w~piątek, 5~lutego 2027~r., do~12:00"),
        "2026-11-27T00:00": ("jutro o~00:00", "dziś do~24:00"),
        "2026-12-01T00:00": ("we~wtorek, 1~grudnia, o~00:00", "w~poniedziałek, 30~listopada, do~24:00"),
        "2027-01-01T00:00": ("w~piątek, 1~stycznia 2027~r., o~00:00", "w~czwartek, 31~grudnia, do~24:00"),
    },
    "uk": {
        "2026-11-26T16:00": ("сьогодні о~16:00", "сьогодні до~16:00"),
        "2026-11-26T11:30": ("сьогодні об~11:30", "сьогодні до~11:30"),
        "2026-11-27T12:00": ("завтра о~12:00", "завтра до~12:00"),
        "2026-11-25T08:05": ("вчора о~08:05", "вчора до~08:05"),
        "2026-11-28T11:00": ("у~суботу, 28~листопада, об~11:00", "у~суботу, 28~листопада, до~11:00"),
        "2026-11-30T12:00": ("у~понеділок, 30~листопада, о~12:00", "у~понеділок, 30~листопада, до~12:00"),
        "2026-12-01T12:00": ("у~вівторок, 1~грудня, о~12:00", "у~вівторок, 1~грудня, до~12:00"),
        "2026-12-03T12:00": ("у~четвер, 3~грудня, о~12:00", "у~четвер, 3~грудня, до~12:00"),
        "2026-12-06T12:00": ("у~неділю, 6~грудня, о~12:00", "у~неділю, 6~грудня, до~12:00"),
        "2027-02-05T12:00": (
            "у~пʼятницю, 5~лютого 2027~р., о~12:00",
            "у~пʼятницю, 5~лютого 2027~р., до~12:00",
        ),
        "2026-11-27T00:00": ("завтра о~00:00", "сьогодні до~24:00"),
    },
    "ru": {
        "2026-11-26T16:00": ("сегодня в~16:00", "сегодня до~16:00"),
        "2026-11-27T12:00": ("завтра в~12:00", "завтра до~12:00"),
        "2026-11-25T08:05": ("вчера в~08:05", "вчера до~08:05"),
        "2026-11-28T09:00": ("в~субботу, 28~ноября, в~09:00", "в~субботу, 28~ноября, до~09:00"),
        "2026-11-30T12:00": ("в~понедельник, 30~ноября, в~12:00", "в~понедельник, 30~ноября, до~12:00"),
        "2026-12-01T12:00": ("во~вторник, 1~декабря, в~12:00", "во~вторник, 1~декабря, до~12:00"),
        "2026-12-02T12:00": ("в~среду, 2~декабря, в~12:00", "в~среду, 2~декабря, до~12:00"),
        "2026-12-06T12:00": ("в~воскресенье, 6~декабря, в~12:00", "в~воскресенье, 6~декабря, до~12:00"),
        "2027-02-05T12:00": (
            "в~пятницу, 5~февраля 2027~г., в~12:00",
            "в~пятницу, 5~февраля 2027~г., до~12:00",
        ),
        "2026-11-27T00:00": ("завтра в~00:00", "сегодня до~24:00"),
    },
    "en": {
        "2026-11-26T16:00": ("today at~16:00", "by~16:00 today"),
        "2026-11-27T12:00": ("tomorrow at~12:00", "by~12:00 tomorrow"),
        "2026-11-25T08:05": ("yesterday at~08:05", "by~08:05 yesterday"),
        "2026-11-28T09:00": ("on~Saturday, 28~November, at~09:00", "by~09:00 on~Saturday, 28~November"),
        "2026-11-30T12:00": ("on~Monday, 30~November, at~12:00", "by~12:00 on~Monday, 30~November"),
        "2027-02-05T12:00": ("on~Friday, 5~February 2027, at~12:00", "by~12:00 on~Friday, 5~February 2027"),
        "2026-11-27T00:00": ("tomorrow at~00:00", "by~24:00 today"),
    },
}


@pytest.mark.parametrize(("lang", "moment"), [(lang, moment) for lang in MOMENTS for moment in MOMENTS[lang]])
def test_a_moment_in_words(lang, moment):
    at_form, until_form = MOMENTS[lang][moment]

    assert spaced(words.moment_words(at(moment), NOW, ZONE, lang)) == at_form
    assert spaced(words.until_words(at(moment), NOW, ZONE, lang)) == until_form


def test_today_is_the_day_of_the_reader_and_not_of_greenwich():
    moment = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)

    assert spaced(words.moment_words(moment, NOW, "Europe/Warsaw", "pl")) == "jutro o~00:30"
    assert spaced(words.moment_words(moment, NOW, "UTC", "pl")) == "dziś o~23:30"


def test_tomorrow_is_tomorrow_over_the_night_that_the_clocks_change():
    now = datetime.fromisoformat("2026-03-28T23:30:00+01:00")
    moment = datetime.fromisoformat("2026-03-29T09:00:00+02:00")

    assert spaced(words.until_words(moment, now, ZONE, "pl")) == "jutro do~09:00"


def test_seconds_are_cut_so_that_nothing_is_told_later_than_it_is():
    assert spaced(words.until_words(at("2026-11-26T23:59:59"), NOW, ZONE, "pl")) == "dziś do~23:59"


DAYS = {
    "pl": ("dziś", "we~wtorek, 1~grudnia", "w~piątek, 5~lutego 2027~r."),
    "uk": ("сьогодні", "у~вівторок, 1~грудня", "у~пʼятницю, 5~лютого 2027~р."),
    "ru": ("сегодня", "во~вторник, 1~декабря", "в~пятницу, 5~февраля 2027~г."),
    "en": ("today", "on~Tuesday, 1~December", "on~Friday, 5~February 2027"),
}


@pytest.mark.parametrize("lang", DAYS)
def test_a_day_in_words(lang):
    days = [date(2026, 11, 26), date(2026, 12, 1), date(2027, 2, 5)]

    assert tuple(spaced(words.day_words(day, date(2026, 11, 26), lang)) for day in days) == DAYS[lang]


DURATIONS = {
    timedelta(0): ("0~s", "0~с", "0~с", "0~s"),
    timedelta(seconds=59.9): ("59~s", "59~с", "59~с", "59~s"),
    timedelta(minutes=1, seconds=30): ("1~min", "1~хв", "1~мин", "1~min"),
    timedelta(minutes=45): ("45~min", "45~хв", "45~мин", "45~min"),
    timedelta(hours=2): ("2~godz.", "2~год", "2~ч", "2~h"),
    timedelta(hours=2, minutes=10): ("2~godz. 10~min", "2~год 10~хв", "2~ч 10~мин", "2~h 10~min"),
    timedelta(days=1): ("1~dzień", "1~день", "1~день", "1~day"),
    timedelta(days=2): ("2~dni", "2~дні", "2~дня", "2~days"),
    timedelta(days=3): ("3~dni", "3~дні", "3~дня", "3~days"),
    timedelta(days=5): ("5~dni", "5~днів", "5~дней", "5~days"),
    timedelta(days=11): ("11~dni", "11~днів", "11~дней", "11~days"),
    timedelta(days=21): ("21~dni", "21~день", "21~день", "21~days"),
    timedelta(days=22): ("22~dni", "22~дні", "22~дня", "22~days"),
    timedelta(days=111): ("111~dni", "111~днів", "111~дней", "111~days"),
    timedelta(days=1, hours=4): ("1~dzień 4~godz.", "1~день 4~год", "1~день 4~ч", "1~day 4~h"),
    timedelta(days=8, hours=4): ("8~dni", "8~днів", "8~дней", "8~days"),
    timedelta(hours=-1, minutes=-5): ("−1~godz. 5~min", "−1~год 5~хв", "−1~ч 5~мин", "−1~h 5~min"),
}


@pytest.mark.parametrize("duration", DURATIONS, ids=str)
def test_a_duration_in_words(duration):
    told = tuple(spaced(words.duration_words(duration, lang)) for lang in ("pl", "uk", "ru", "en"))

    assert told == DURATIONS[duration]


def test_working_time_is_told_in_hours_however_many():
    assert (
        spaced(words.duration_words(timedelta(hours=40, minutes=30), "pl", days=False)) == "40~godz. 30~min"
    )


AGO = {
    timedelta(0): ("przed~chwilą", "щойно", "только~что", "just~now"),
    timedelta(seconds=-30): ("30~sekund~temu", "30~секунд~тому", "30~секунд~назад", "30~seconds~ago"),
    timedelta(minutes=-2): ("2~minuty~temu", "2~хвилини~тому", "2~минуты~назад", "2~minutes~ago"),
    timedelta(minutes=-5): ("5~minut~temu", "5~хвилин~тому", "5~минут~назад", "5~minutes~ago"),
    timedelta(hours=-26): ("1~dzień~temu", "1~день~тому", "1~день~назад", "1~day~ago"),
    timedelta(hours=3): ("za~3~godziny", "через~3~години", "через~3~часа", "in~3~hours"),
}


@pytest.mark.parametrize("away", AGO, ids=str)
def test_how_long_ago_in_words(away):
    told = tuple(spaced(words.ago_words(NOW + away, NOW, lang)) for lang in ("pl", "uk", "ru", "en"))

    assert told == AGO[away]


NUMBERS = {
    7: ("7", "7", "7", "7"),
    1234: ("1234", "1~234", "1~234", "1,234"),
    12345.6: ("12~345,6", "12~345,6", "12~345,6", "12,345.6"),
    Decimal("1234567.89"): ("1~234~567,89", "1~234~567,89", "1~234~567,89", "1,234,567.89"),
    -5: ("−5", "−5", "−5", "−5"),
}


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_a_number_in_the_manner_of_its_language(number):
    told = tuple(spaced(words.number_words(number, lang)) for lang in ("pl", "uk", "ru", "en"))

    assert told == NUMBERS[number]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (1 / 8, ("12,5%", "12,5%", "12,5~%", "12.5%")),
        (1 / 3, ("33,3%", "33,3%", "33,3~%", "33.3%")),
        (1, ("100%", "100%", "100~%", "100%")),
        (0, ("0%", "0%", "0~%", "0%")),
    ],
)
def test_a_share_in_the_manner_of_its_language(share, told):
    assert tuple(spaced(words.percent_words(share, lang)) for lang in ("pl", "uk", "ru", "en")) == told


@pytest.mark.parametrize("lang", ["pl-PL", "pl_PL", "PL"])
def test_a_locale_is_its_language(lang):
    assert spaced(words.duration_words(timedelta(days=2), lang)) == "2~dni"


def test_a_language_without_a_manner_is_told_in_english():
    assert spaced(words.moment_words(at("2026-11-26T16:00"), NOW, ZONE, "de")) == "today at~16:00"
