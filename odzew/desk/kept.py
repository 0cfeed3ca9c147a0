"""Sentences that are kept as they stand in the code, and told in the language of whoever reads them."""

from django.utils.translation import gettext


def told(kept: str) -> str:
    """Return a kept text: its first line is a message, translated; what follows is what it is about."""
    first, _, rest = kept.partition("\n")
    return f"{gettext(first)} {rest}".strip() if first else rest
