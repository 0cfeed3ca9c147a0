"""Days off by law: what the package knows, checked against the laws themselves."""

import subprocess
import sys
from datetime import date

import pytest

from odzew.lib import holidays

YEAR = 2026


def off(country: str, *years: int, **how) -> frozenset[date]:
    return holidays.holidays_of(country, years, **how)


# Polish law of 18 January 1951 on days off, art. 1, as it stands since 2025.
POLISH = ["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-24", "12-25", "12-26"]
POLISH_BY_EASTER = ["04-05", "04-06", "05-24", "06-04"]  # of 2026


def test_poland_has_the_days_of_its_law():
    assert off("PL", YEAR) == {date.fromisoformat(f"{YEAR}-{day}") for day in POLISH + POLISH_BY_EASTER}


def test_christmas_eve_is_off_in_poland_since_2025():
    assert date(2024, 12, 24) not in off("PL", 2024)
    assert date(2025, 12, 24) in off("PL", 2025)
    assert date(2026, 12, 24) in off("PL", 2026)


def test_poland_moves_no_day_off_from_a_weekend():
    """11 November 2028 is a Saturday: each employer gives a day of his own choice for it."""
    assert date(2028, 11, 11) in off("PL", 2028)
    assert not {date(2028, 11, 10), date(2028, 11, 13)} & off("PL", 2028)


def test_ukraine_has_no_day_off_under_martial_law():
    assert date(2021, 8, 24) in off("UA", 2021)
    assert off("UA", 2023, 2024, 2025, 2026) == frozenset()


def test_a_ukrainian_firm_may_close_on_holidays_all_the_same():
    worked = off("UA", YEAR, with_worked=True)

    assert {date(YEAR, 1, 1), date(YEAR, 8, 24), date(YEAR, 12, 25)} <= worked


def test_ukraine_moved_a_day_off_from_a_weekend_before_the_war():
    """Labour Code, art. 67: Easter was 2 May 2021, so 3 and 4 May were off."""
    assert {date(2021, 5, 3), date(2021, 5, 4)} <= off("UA", 2021)


def test_moved_days_are_off_where_the_law_moves_them():
    """9 May 2026 is a Saturday: in Russia 11 May is off for it. 26 December 2026: in Britain 28 December."""
    assert date(2026, 5, 11) in off("RU", 2026)
    assert date(2026, 12, 28) in off("GB", 2026)


def test_a_region_has_days_of_its_own():
    assert off("DE-BY", YEAR) - off("DE", YEAR) == {date(YEAR, 1, 6), date(YEAR, 6, 4), date(YEAR, 11, 1)}


def test_several_years_are_one_set():
    assert off("PL", 2025, 2026) == off("PL", 2025) | off("PL", 2026)
    assert off("PL") == frozenset()


def test_a_code_in_small_letters_is_the_same():
    assert off("pl", YEAR) == off("PL", YEAR)


@pytest.mark.parametrize("country", ["XX", "DE-ZZ", "", "Polska"])
def test_an_unknown_country_is_refused_in_words(country):
    with pytest.raises(holidays.UnknownCountry, match="no days off are known"):
        off(country, YEAR)


NAMES = {
    "pl": {"PL": "Polska", "UA": "Ukraina", "LV": "Łotwa", "GB": "Wielka Brytania"},
    "uk": {"PL": "Польща", "UA": "Україна", "JO": "Йорданія"},
    "ru": {"PL": "Польша", "UA": "Украина"},
    "en": {"PL": "Poland", "UA": "Ukraine"},
}


@pytest.mark.parametrize("lang", NAMES)
def test_countries_are_named_in_the_language_of_the_reader(lang):
    known = dict(holidays.countries(lang))

    assert NAMES[lang].items() <= known.items()
    assert len(known) >= 200
    assert "UK" not in known


# Neighbours in the alphabet, wherever Unicode has them.
IN_ORDER = {
    "pl": ["Luksemburg", "Łotwa", "Macedonia Północna"],
    "uk": ["Замбія", "Зімбабве", "Ізраїль", "Йорданія", "Казахстан"],
    "ru": ["Замбия", "Израиль", "Йемен", "Казахстан"],
    "en": ["Latvia", "Luxembourg", "Zimbabwe"],
}


@pytest.mark.parametrize("lang", IN_ORDER)
def test_countries_come_in_the_order_of_the_alphabet(lang):
    names = [name for _, name in holidays.countries(lang) if name in IN_ORDER[lang]]

    assert names == IN_ORDER[lang]


def test_every_country_listed_can_be_asked_for():
    for code, _ in holidays.countries("en"):
        assert isinstance(off(code, YEAR), frozenset)


def test_the_package_is_not_imported_before_it_is_needed():
    program = "import sys; import odzew.lib.holidays; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
