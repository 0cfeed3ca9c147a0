"""The journal from its first line to its last, and whatever was done to it behind our back."""

from collections.abc import Iterator

from odzew.domain import journal
from odzew.domain.audit import Finding
from odzew.ledger.mapping import digest, from_row
from odzew.ledger.models import Entry, Head

PAGE = 5000
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class Chain:
    """Walks the journal in order and checks that no line was changed, removed or added.

    Each walk yields what can still be read and leaves the rest in `findings`.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.seq = 0
        self.before = b""

    def __iter__(self) -> Iterator[journal.Entry]:
        try:
            for row in Entry.objects.order_by("seq").iterator(chunk_size=PAGE):
                yield from self._read(row)
        except ValueError as error:
            # SQLite keeps whatever it is given; a moment that is none stops the reading of rows.
            self._find(f"Nothing can be read from here on: {error}.", self.seq + 1)
        self._compare_head()

    def _read(self, row: Entry) -> list[journal.Entry]:
        self._check(row)
        self.before = bytes(row.digest)
        try:
            return [from_row(row)]
        except UNREADABLE as error:
            self._find(f"It cannot be read: {error}.", row.seq)
            return []

    def _check(self, row: Entry) -> None:
        self.seq += 1
        if row.seq != self.seq:
            self._find(f"The line before it is missing: {self.seq}.", row.seq)
            self.seq = row.seq
        elif not _holds(row, self.before):
            self._find("It was changed after it was written, or the line before it was.", row.seq)

    def _compare_head(self) -> None:
        head = Head.objects.filter(pk=1).first()
        if head is None or (head.seq, bytes(head.digest)) != (self.seq, self.before):
            said = f"The journal ends at line {self.seq}, its head says {head and head.seq}."
            self.findings.append(Finding(2, said, "head"))

    def _find(self, what: str, seq: int) -> None:
        self.findings.append(Finding(2, what, f"entry {seq}"))


def _holds(row: Entry, before: bytes) -> bool:
    try:
        return digest(row, before) == bytes(row.digest)
    except UNREADABLE:
        return False
