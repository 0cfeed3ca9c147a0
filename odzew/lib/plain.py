"""Text that every database takes."""

import re

# PostgreSQL takes no NUL, and no encoding takes half of a surrogate pair.
UNFIT = re.compile("[\x00\ud800-\udfff]")


def plain(text: str, at_most: int | None = None) -> str:
    """Return the text with what no database keeps made visible as U+FFFD, cut at `at_most` characters."""
    fit = UNFIT.sub("\ufffd", text) if UNFIT.search(text) else text
    return fit if at_most is None else fit[:at_most]
