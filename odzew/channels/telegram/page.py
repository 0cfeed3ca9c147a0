"""An update has no HTML."""


def page(_raw: bytes) -> str | None:
    """Return None: a bot is sent words and files only."""
    return None
