"""Colours of a firm can be read, whatever it chooses (WCAG 2.2 AA, 1.4.3)."""

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as some

from odzew.lib import colour, palette

DESK = (Path(palette.__file__).parent.parent / "desk" / "static" / "desk" / "desk.css").read_text()
GROUNDS = dict(re.findall(r"--(canvas|surface|raised|sunken|hover): light-dark\(([^)]*)\)", DESK))
byte = some.integers(0, 255)


def grounds(night):
    return [colour.parse(pair.split(", ")[night]) for pair in GROUNDS.values()]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0b6653", "#0B6653", 1)],
)
def test_contrast_is_that_of_the_standard(one, other, ratio):
    assert colour.contrast(colour.parse(one), colour.parse(other)) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("text", ["", "0b6653", "#0b665", "#0b66531", "#0b665g", "red", "#0b6653;"])
def test_what_is_no_colour_is_none(text):
    assert colour.parse(text) is None


@given(some.tuples(byte, byte, byte))
def test_every_accent_can_be_read_where_it_is_written(accent):
    for night, shades in enumerate((palette.light(accent), palette.dark(accent))):
        for ground in (*grounds(night), shades.soft):
            assert colour.contrast(shades.accent, ground) >= 4.5
            assert colour.contrast(shades.strong, ground) >= 4.5
        assert colour.contrast(shades.on, shades.accent) >= 4.5
        assert colour.contrast(shades.on, shades.strong) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_was_chosen():
    pine = colour.parse("#0b6653")

    assert palette.light(pine).accent == pine
    assert palette.dark(pine).accent != pine


def test_the_stylesheet_holds_nothing_but_colours():
    found = palette.stylesheet((255, 204, 0))

    assert re.fullmatch(r":root \{( --[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);)+ \}\n", found)
    assert set(re.findall(r"--([a-z-]+)", found)) <= set(re.findall(r"--([a-z-]+): light-dark", DESK))
