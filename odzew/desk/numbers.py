"""Numbers as a browser sends them."""

LONGEST = 18  # digits; what is longer fits into no key of a table


def number(text: str) -> int | None:
    """Return the number, or None when it is none that a row could have."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None
