"""Days off by law, of many countries, from the `holidays` package (imported on first use: it is slow).

The days are those on which the law gives work off, moved days included ("observed"). In Ukraine
holidays are working days as long as martial law lasts (Law 2136-IX, art. 6, since March 2022); the
package keeps them apart as worked ones, so a Ukrainian calendar has no day off unless
`with_worked` asks for them. The package must be kept up to date: it learns of a new law, or of the
end of that one, only by a new version.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from unicodedata import normalize

from babel import Locale

_AFTER = "\uffff"
_ALPHABET = str.maketrans(
    {
        "ł": "l" + _AFTER,
        "ґ": "г" + _AFTER,
        "ё": "е" + _AFTER,
        "є": "е" + _AFTER,
        "і": "и" + _AFTER,
        "ї": "и" + _AFTER * 2,
        "й": "и" + _AFTER * 3,
    }
)
"""Letters that stand in the alphabet after another one, but not in Unicode."""


class UnknownCountry(ValueError):
    """No days off are known for this country or region."""


def holidays_of(country: str, years: Iterable[int], *, with_worked: bool = False) -> frozenset[date]:
    """Return the days off of a country, by ISO 3166 code: "PL", or "DE-BY" for one region.

    `with_worked` adds the holidays that the law makes working days, for firms that close all the same.

    :raises UnknownCountry: when the country or its region is not known.
    """
    return frozenset().union(*(_of_year(country.upper(), year, with_worked) for year in years))


def countries(lang: str) -> list[tuple[str, str]]:
    """Return the countries whose days off are known, as codes and names in `lang`, by name."""
    from holidays import list_supported_countries

    names = Locale.parse(lang.replace("-", "_")).territories
    # The package knows each country by codes of two and of three letters, and some by an alias.
    known = [(code, names[code]) for code in list_supported_countries() if len(code) == 2 and code in names]
    return sorted(known, key=lambda country: normalize("NFD", country[1].lower().translate(_ALPHABET)))


@lru_cache(maxsize=1024)
def _of_year(country: str, year: int, with_worked: bool) -> frozenset[date]:
    from holidays import PUBLIC, WORKDAY, country_holidays

    code, _, region = country.partition("-")
    try:
        known = country_holidays(code, subdiv=region or None, years=year)
        if with_worked and WORKDAY in known.supported_categories:
            known = country_holidays(code, subdiv=region or None, years=year, categories=(PUBLIC, WORKDAY))
    except NotImplementedError as error:
        raise UnknownCountry(f"no days off are known for {country!r}") from error
    return frozenset(known)
