"""What a template says the same on each page."""

from collections.abc import Iterable
from typing import Any

from django.template import Node
from django.utils.translation import get_language


def spoken(context: Any) -> str | None:
    """Return the language a page is drawn in, which is one from its first word to its last."""
    try:
        return context.spoken  # type: ignore[no-any-return]  # set below, by ourselves
    except AttributeError:
        # Found out once: to ask takes longer than to say most of what is said.
        language = context.spoken = get_language()
        return language


class Same(Node):
    """Parts of a template that say the same to everybody who reads the language; they are asked once."""

    child_nodelists = ()

    def __init__(self, parts: Iterable[Node]) -> None:
        self.parts = tuple(parts)
        self.said: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        """Return what the parts say in the language of whoever is served."""
        language = spoken(context)
        if (said := self.said.get(language)) is None:
            said = self.said[language] = "".join(part.render(context) for part in self.parts)
        return said
