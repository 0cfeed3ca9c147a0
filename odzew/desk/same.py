"""What a template says the same on each page."""

from collections.abc import Iterable
from typing import Any

from django.template import Node
from django.utils.translation import get_language


class Same(Node):
    """Parts of a template that say the same to everybody who reads the language; they are asked once."""

    child_nodelists = ()

    def __init__(self, parts: Iterable[Node]) -> None:
        self.parts = tuple(parts)
        self.said: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        """Return what the parts say in the language of whoever is served."""
        language = get_language()
        if (said := self.said.get(language)) is None:
            said = self.said[language] = "".join(part.render(context) for part in self.parts)
        return said
