"""Pieces of pages that stand many times on one page: plain text with {names}, filled in escaped.

A template of Django takes a millisecond for such a row, and `format_html` asks twenty questions about
each value; this asks one, and escapes alike.
"""

from functools import lru_cache
from html import escape
from pathlib import Path

from django.utils.safestring import SafeString

HERE = Path(__file__).parent


@lru_cache
def piece(name: str) -> str:
    """Return a piece as its file has it."""
    return (HERE / name).read_text(encoding="utf-8").rstrip("\n")


def fill(text: str, *values: object, **named: object) -> SafeString:
    """Put values into a piece; what is not markup of ours already is escaped."""
    # One question a value, asked here: a call for each costs as much as the rest.
    given = [value if type(value) is SafeString else escape(str(value)) for value in values]
    by_name = {
        name: value if type(value) is SafeString else escape(str(value)) for name, value in named.items()
    }
    return SafeString(text.format(*given, **by_name))
