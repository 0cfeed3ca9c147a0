"""What was sent has no HTML of its own."""


def page(_raw: bytes) -> str | None:
    """Return None: a form carries words and files only."""
    return None
