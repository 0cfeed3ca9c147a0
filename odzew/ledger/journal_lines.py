"""Lines of the journal as people read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to one debt, and who did it."""

    seq: int
    at: datetime
    what: str
    by: str
    debt: int
    kind: str
    conversation: int | None
    text: str
    due: datetime | None
    owner: str


def of_conversation(conversation: int) -> list[Line]:
    """Return the lines about the debts of a conversation, in order."""
    return _lines(Owed.objects.filter(conversation=conversation))


def of_customers(customers: Collection[int]) -> list[Line]:
    """Return the lines about the debts to customers that are one, in order."""
    return _lines(Owed.objects.filter(customer__in=customers))


def of_debts(debts: "QuerySet[Any, Any]") -> "QuerySet[Entry]":
    """Return the lines about debts, to be counted and cut into pages; `numbered` says what they say."""
    return Entry.objects.filter(obligation__in=debts)


def numbered(numbers: Collection[int]) -> list[Line]:
    """Return the lines with these numbers."""
    entries = list(Entry.objects.filter(seq__in=numbers))
    debts = Owed.objects.in_bulk({entry.obligation for entry in entries})
    names = _names(entries)
    return [_line(entry, debts[entry.obligation], names) for entry in entries]


def _lines(owed: Iterable[Owed]) -> list[Line]:
    debts = {debt.pk: debt for debt in owed}
    entries = list(Entry.objects.filter(obligation__in=debts).order_by("seq")) if debts else []
    names = _names(entries)
    return [_line(entry, debts[entry.obligation], names) for entry in entries]


def _names(entries: Iterable[Entry]) -> dict[int, str]:
    numbers = {int(e.by.partition(":")[2]) for e in entries if e.by.startswith("person:")}
    numbers |= {e.facts["owner"] for e in entries if "owner" in e.facts}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=numbers)}


def _line(entry: Entry, debt: Owed, names: dict[int, str]) -> Line:
    kind, _, number = entry.by.partition(":")
    due = entry.facts.get("due")
    return Line(
        seq=entry.seq,
        at=entry.at,
        what=entry.kind,
        by=names.get(int(number), number) if kind == "person" else kind,
        debt=debt.pk,
        kind=debt.kind,
        conversation=debt.conversation,
        text=entry.reason or entry.facts.get("text", ""),
        due=datetime.fromisoformat(due) if due else None,
        owner=names.get(entry.facts.get("owner", 0), ""),
    )
