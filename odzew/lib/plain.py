"""Text that every database takes."""

import re

# Where a table program may begin a cell: its list separator is that of its language, and a tab splits too.
FORMULA = re.compile(r"(^|[;,|\t\r\n])([ \t\r\n]*)(?=[=+\-@])|^(?=[\t\r\n])")
# PostgreSQL takes no NUL, and no encoding takes half of a surrogate pair.
UNFIT = re.compile("[\x00\ud800-\udfff]")


def plain(text: str, at_most: int | None = None) -> str:
    """Return the text with what no database keeps made visible as U+FFFD, cut at `at_most` characters."""
    fit = text if _is_fit(text) else UNFIT.sub("\ufffd", text)
    return fit if at_most is None else fit[:at_most]


def one_line(text: str) -> str:
    """Return the text as `plain` does, with one blank for each blank and break of a line in it."""
    return " ".join(plain(text).split())


def plain_key(text: str, at_most: int) -> str:
    """Return the text as `plain` does, cut at `at_most` bytes, so that it fits into an index.

    PostgreSQL refuses a row whose key is longer than a third of a page, 2,704 bytes.
    """
    return plain(text).encode()[:at_most].decode(errors="ignore")


def _is_fit(text: str) -> bool:
    # Ten times as fast as the search, which looks at each character.
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def no_formula(text: str) -> str:
    """Return a text as a table program reads it as a text, whoever wrote it (OWASP, CSV injection)."""
    return FORMULA.sub(r"\1\2'", text)
