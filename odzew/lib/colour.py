"""Colours and their contrast (WCAG 2.2, "relative luminance", 1.4.3), and the shades made of one colour."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

Colour = tuple[int, int, int]
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
TEXT = 4.5  # WCAG 2.2 AA, 1.4.3
STRONG = 7.0  # WCAG 2.2 AAA, 1.4.6
STEPS = 100
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def parse(text: str) -> Colour | None:
    """Return the colour written as #rrggbb, or None."""
    if not _HEX.fullmatch(text):
        return None
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def written(colour: Colour) -> str:
    """Return a colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours: 1 when they are the same, 21 between black and white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return a colour with a share of another in it, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def readable(colour: Colour, grounds: Iterable[Colour], towards: Colour, ratio: float) -> Colour:
    """Return the colour, mixed with as little of `towards` as makes it readable on each of the grounds."""
    behind = tuple(grounds)
    shades = (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next((one for one in shades if all(contrast(one, ground) >= ratio for ground in behind)), towards)


@dataclass(frozen=True, slots=True)
class Shades:
    """One accent as a page needs it, on light or on dark ground."""

    accent: Colour
    strong: Colour
    soft: Colour
    line: Colour
    on: Colour


def shades(accent: Colour, grounds: Iterable[Colour], paper: Colour, ink: Colour, on: Colour) -> Shades:
    """Return the shades of an accent on these grounds; it moves towards `ink` until it can be read there."""
    behind = tuple(grounds)
    seen = readable(accent, behind, ink, TEXT)
    return Shades(
        accent=seen,
        strong=readable(seen, behind, ink, STRONG),
        soft=_soft(seen, paper),
        line=mixed(paper, seen, 0.35),
        on=on,
    )


def _soft(accent: Colour, paper: Colour) -> Colour:
    """Return a ground with a breath of the accent in it, on which the accent itself can be read."""
    breaths = (mixed(paper, accent, share / STEPS) for share in range(14, -1, -1))
    return next(one for one in breaths if contrast(accent, one) >= TEXT)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
