"""A message of WhatsApp has no HTML."""


def page(_raw: bytes) -> str | None:
    """Return None: words and files only."""
    return None
