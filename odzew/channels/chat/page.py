"""What a visitor writes has no HTML of its own."""


def page(_raw: bytes) -> str | None:
    """Return None: a chat carries words and files only."""
    return None
