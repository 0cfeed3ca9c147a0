"""The audit: replay the journal, compare it with what the tables say, return every finding."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from odzew.domain.journal import Entry, apply
from odzew.domain.obligation import Obligation, Refused, State


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the books cannot explain: the law, what is wrong, and where."""

    law: int
    what: str
    where: str


def replay_all(entries: Iterable[Entry]) -> tuple[dict[int, Obligation], list[Finding]]:
    """Replay as far as the laws allow, and return a finding for each entry they refuse."""
    books: dict[int, Obligation] = {}
    findings = []
    for entry in entries:
        try:
            books[entry.obligation] = apply(books.get(entry.obligation), entry)
        except Refused as refusal:
            findings.append(Finding(2, str(refusal), f"obligation {entry.obligation}"))
    return books, findings


def compare(replayed: Mapping[int, Obligation], derived: Mapping[int, Obligation]) -> Iterator[Finding]:
    """Return a finding for each obligation in which the table and the journal differ."""
    for number in sorted(replayed.keys() | derived.keys()):
        where = f"obligation {number}"
        if number not in derived:
            yield Finding(2, "The journal opens it, the table does not know it.", where)
        elif number not in replayed:
            yield Finding(2, "The table holds it, the journal never opened it.", where)
        elif replayed[number] != derived[number]:
            yield Finding(2, _difference(replayed[number], derived[number]), where)


def unattended(derived: Iterable[Obligation], present: frozenset[int]) -> Iterator[Finding]:
    """Return a finding for each open debt that rests on somebody who is not there (law 7)."""
    for debt in derived:
        if debt.state is State.OPEN and debt.owner not in present:
            yield Finding(7, f"It rests on person {debt.owner}, who is not there.", f"obligation {debt.id}")


def _difference(journal: Obligation, table: Obligation) -> str:
    names = [f.name for f in fields(journal) if getattr(journal, f.name) != getattr(table, f.name)]
    said = ", ".join(f"{n}: journal {getattr(journal, n)}, table {getattr(table, n)}" for n in names)
    return f"Journal and table differ in {said}."
