"""The tags of a conversation in a row of a list, read in the statement that reads the row."""

from collections.abc import Iterable

from django.db import connection
from django.utils.safestring import SafeString

from odzew.desk import pieces, tags

SHOWN = 3
CHIP = '<span class="badge tag">{}<span class="clip">{}</span></span>'
MORE = '<span class="tiny faint" title="{}">+{}</span>'
# No name of a tag has a quotation mark in it.
TAGS = """(SELECT {gather}(g.name, '"') FROM odzew_tagged d JOIN odzew_tag g ON g.id = d.tag_id
           WHERE d.conversation_id = t.id) AS tags"""
GATHER = {"sqlite": "GROUP_CONCAT", "postgresql": "STRING_AGG"}


def column() -> str:
    """Return the column with the names of the tags of the conversation `t`."""
    return TAGS.format(gather=GATHER[connection.vendor])


def chips(gathered: str | None) -> SafeString:
    """Return tags as a row shows them; of many, the first few and how many more there are."""
    return of(gathered.split('"')) if gathered else SafeString("")


def of(names: Iterable[str]) -> SafeString:
    """Return these tags as a row shows them."""
    ordered = sorted(names, key=str.casefold)
    shown = [pieces.fill(CHIP, tags.icon("tag"), name) for name in ordered[:SHOWN]]
    if rest := ordered[SHOWN:]:
        shown.append(pieces.fill(MORE, ", ".join(rest), len(rest)))
    return SafeString("".join(shown))
