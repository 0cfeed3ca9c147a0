"""Language first, then skill, then everybody who is there."""

import pytest

from odzew.staff.suited import Asked, Gift, pools

JAN, OLA, EWA = 1, 2, 3
PEOPLE = [JAN, OLA, EWA]


def gift(languages: str = "", skills: str = "") -> Gift:
    return Gift(frozenset(languages.split()), frozenset(skills.split()))


GIFTS = {
    "nothing said": [gift(), gift(), gift()],
    "one knows": [gift(), gift(), gift(skills="repairs")],
    "two know, one of them speaks": [gift("pl"), gift("pl", "repairs"), gift("uk", "repairs")],
    "who knows does not speak": [gift("uk"), gift("pl", "repairs"), gift("pl")],
    "nobody speaks, one knows": [gift("pl"), gift("pl", "repairs"), gift("pl")],
    "knows something else": [gift(), gift(skills="invoices"), gift()],
}


@pytest.mark.parametrize(
    ("said", "asked", "first"),
    [
        ("nothing said", Asked("uk", ["repairs"]), PEOPLE),
        ("one knows", Asked("uk", ["repairs"]), [EWA]),
        ("one knows", Asked("uk", ["returns", "repairs"]), [EWA]),
        ("one knows", Asked("uk"), PEOPLE),
        ("two know, one of them speaks", Asked("uk", ["repairs"]), [EWA]),
        ("two know, one of them speaks", Asked("", ["repairs"]), [OLA, EWA]),
        ("two know, one of them speaks", Asked("pl"), [JAN, OLA]),
        ("who knows does not speak", Asked("uk", ["repairs"]), [JAN]),
        ("nobody speaks, one knows", Asked("uk", ["repairs"]), [OLA]),
        ("nobody speaks, one knows", Asked("uk"), PEOPLE),
        ("knows something else", Asked("uk", ["repairs"]), PEOPLE),
    ],
)
def test_the_first_pool_that_has_anybody(said: str, asked: Asked, first: list[int]) -> None:
    gifts = dict(zip(PEOPLE, GIFTS[said], strict=True))

    assert next(pool for pool in pools(PEOPLE, gifts, asked) if pool) == first


def test_nobody_is_suited_among_nobody() -> None:
    assert not any(pools([], {}, Asked("uk", ["repairs"])))
