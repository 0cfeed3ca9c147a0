"""The shades of a firm's accent as our stylesheets call them, for light and dark."""

from odzew.lib import colour
from odzew.lib.colour import Colour, Shades

# The grounds of odzew/desk/static/desk/desk.css on which an accent is written, the hardest to read on first.
_LIGHT = ((0xEC, 0xEA, 0xE4), colour.WHITE)
_DARK = ((0x23, 0x25, 0x22), (0x0E, 0x0F, 0x0D))
_PAPER, _SLATE = colour.WHITE, (0x1B, 0x1C, 0x1A)
_ON_LIGHT_SHADE = (0x0B, 0x0C, 0x0A)
NAMES = ("accent", "accent-strong", "accent-soft", "accent-line", "on-accent", "focus")


def light(accent: Colour) -> Shades:
    """Return the shades on light ground, darkened as far as they must be read."""
    return colour.shades(accent, _LIGHT, _PAPER, colour.BLACK, colour.WHITE)


def dark(accent: Colour) -> Shades:
    """Return the shades on dark ground, lightened as far as they must be read."""
    return colour.shades(accent, _DARK, _SLATE, colour.WHITE, _ON_LIGHT_SHADE)


def stylesheet(accent: Colour, selector: str = ":root") -> str:
    """Return the rule that gives a page, or a part of it, these colours."""
    bright, night = light(accent), dark(accent)
    pairs = zip(NAMES, _listed(bright, bright.accent), _listed(night, night.strong), strict=True)
    said = (f"--{name}: light-dark({colour.written(a)}, {colour.written(b)});" for name, a, b in pairs)
    return f"{selector} {{ {' '.join(said)} }}\n"


def _listed(shades: Shades, focus: Colour) -> tuple[Colour, ...]:
    return shades.accent, shades.strong, shades.soft, shades.line, shades.on, focus
