"""A mark: an icon and a few words beside something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words with an icon; `state` or `css` gives the colour."""

    icon: str
    words: str
    css: str = ""
    state: str = ""
    more: str = ""
