"""Proving that no line of the staff log was changed or taken away behind our back (SAFETY P25)."""

from collections.abc import Iterator

from odzew.domain.audit import Finding
from odzew.staff.log import StaffAct, StaffLog, digest

PAGE = 5_000
LAW = 10  # every figure can be opened to what is behind it: who did what


def findings() -> Iterator[Finding]:
    """Yield what the staff log cannot explain."""
    log = StaffLog.objects.filter(pk=1).first()
    if log is None:
        yield Finding(LAW, "Its head is missing.", "staff log")
        return
    seq, before = log.kept_from - 1, bytes(log.digest_before)
    for line in StaffAct.objects.order_by("seq").iterator(chunk_size=PAGE):
        seq += 1
        if line.seq != seq:
            yield Finding(LAW, f"The line before it is missing: {seq}.", f"staff log {line.seq}")
            seq = line.seq
        elif digest(line, before) != bytes(line.digest):
            said = "It was changed after it was written, or the line before it was."
            yield Finding(LAW, said, f"staff log {seq}")
        before = bytes(line.digest)
    if (seq, before) != (log.seq, bytes(log.digest)):
        yield Finding(LAW, f"It ends at line {seq}, its head says {log.seq}.", "staff log")
