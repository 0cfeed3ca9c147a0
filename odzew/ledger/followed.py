"""The journal for whoever follows it line by line: its numbers have no gaps, so nothing is passed over."""

from odzew.ledger.mapping import from_row
from odzew.ledger.models import Entry, Head
from odzew.ledger.story import Line


def lines_after(seq: int, at_most: int) -> list[Line]:
    """Return the next lines behind a number, in their order."""
    rows = Entry.objects.filter(seq__gt=seq).order_by("seq")[:at_most]
    return [Line(row.seq, from_row(row)) for row in rows]


def last() -> int:
    """Return the number of the last line."""
    return Head.objects.get(pk=1).seq
