"""One place in the rail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A screen one may go to, with what waits there."""

    name: str
    url: str
    icon: str
    here: bool
    count: str = ""
    count_of: str = ""
    late: bool = False
    rare: bool = False  # on a phone it stands in the menu, not in the bar
