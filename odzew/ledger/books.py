"""The sole writer of the books: every entry goes through `post`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Sum

from odzew.domain import journal
from odzew.domain.obligation import Obligation, Refused, State
from odzew.ledger import counters, failures, mapping, rerouted
from odzew.ledger.mapping import to_owed, to_row
from odzew.ledger.models import Entry, Head, Load, Owed
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.lib.rows import insert_rows, write_values

NEW = 0  # the number an entry carries while its debt has none


def post(entries: Iterable[journal.Entry], known: Sequence[Obligation] = ()) -> list[Obligation]:
    """Write entries into the journal and return the obligations they leave, entry by entry.

    An `Opened` entry carries the number `NEW`, or a negative one that later entries of the same
    call may name; the debt gets the number of its line. All is written, or nothing is.
    `known` are debts the caller has read while it held the head of the journal: they are not read again.

    :raises Refused: when a law of the books stands against an entry
    """
    lines = list(entries)
    if not lines:
        return []
    with transaction.atomic():
        return post_within(lines, known)


def post_within(lines: Sequence[journal.Entry], known: Sequence[Obligation] = ()) -> list[Obligation]:
    """Do as `post` does for a caller whose whole transaction fails when this does: without a savepoint.

    :raises Refused: when a law of the books stands against an entry
    """
    head = Head.held()
    lines = failures.noted(rerouted.rerouted(lines, loads))
    books = _load(lines, known)
    after = _write(lines, books, head)
    _save(books, head)
    return after


def debts_of(conversation: int) -> list[Obligation]:
    """Return every debt of a conversation, settled ones too, the oldest first."""
    return list(map(mapping.debt, _OF_CONVERSATION(conversation)))


_OF_CONVERSATION = Ready(lambda talk: Owed.objects.of_conversation(talk).values_list(*mapping.NAMES))


def open_debts(conversations: Iterable[int]) -> list[Obligation]:
    """Return what is still owed in these conversations."""
    return list(map(mapping.debt, _OPEN(list(conversations))))


_OPEN = Ready(
    lambda conversations: (
        Owed.objects.open()
        .filter(conversation__in=Among(conversations))
        .order_by("pk")
        .values_list(*mapping.NAMES)
    )
)


def owed_to(customers: Iterable[int]) -> list[Obligation]:
    """Return what these customers are still owed, the oldest debt first."""
    rows = Owed.objects.open().filter(customer__in=list(customers))
    return mapping.debts_of(rows.order_by("pk"))


def settled_by(messages: Iterable[int]) -> list[Obligation]:
    """Return the debts these messages paid."""
    rows = Owed.objects.filter(settled_by__in=list(messages), state=State.PAID)
    return mapping.debts_of(rows.order_by("pk"))


def opened_by(conversation: int, message: int) -> list[Obligation]:
    """Return the debts a message of the conversation opened, in whatever state they are now."""
    here = Owed.objects.filter(conversation=conversation).values("pk")
    lines = Entry.objects.filter(kind="opened", message=message, obligation__in=here)
    return debts(lines.values_list("obligation", flat=True))


def last_owners(conversations: Iterable[int]) -> dict[int, int]:
    """Return who was accountable last by right, by conversation: he himself, not who stands in for him."""
    found = _OWNERS(list(conversations))
    return {c: instead_of or owner for c, owner, instead_of in found if c is not None}


_OWNERS = Ready(
    lambda conversations: (
        Owed.objects.filter(conversation__in=Among(conversations))
        .order_by("pk")
        .values_list("conversation", "owner", "instead_of")
    )
)


def resting_on(person: int) -> list[Obligation]:
    """Return what is open and rests on a person."""
    return mapping.debts_of(Owed.objects.open().filter(owner=person).order_by("pk"))


def kept_for(person: int) -> list[Obligation]:
    """Return what is open and his by right, while others stand in."""
    return mapping.debts_of(Owed.objects.open().filter(instead_of=person).order_by("pk"))


def loads() -> dict[int, int]:
    """Return how many open debts rest on each person."""
    return {owner: int(count) for owner, count in _LOADS() if count}


_LOADS = Ready(
    lambda: Load.objects.values("owner_id").annotate(count=Sum("open")).values_list("owner_id", "count")
)


def debts(numbers: Iterable[int]) -> list[Obligation]:
    """Return the debts with these numbers."""
    return mapping.debts_of(Owed.objects.filter(pk__in=Among(numbers)).order_by("pk"))


class _Shelf(dict[int, Obligation]):
    """The obligations at hand, and which of them an entry touched."""

    def __init__(self, debts: Iterable[Obligation]) -> None:
        self.before = list(debts)
        super().__init__((debt.id, debt) for debt in self.before)
        self.fresh: set[int] = set()
        self.touched: set[int] = set()


def _load(lines: Sequence[journal.Entry], known: Sequence[Obligation]) -> _Shelf:
    numbers = {line.obligation for line in lines if line.obligation > 0}
    there = [debt for debt in known if debt.id in numbers]
    unread = numbers - {debt.id for debt in there}
    return _Shelf([*there, *(debts(unread) if unread else ())])


def _write(lines: Sequence[journal.Entry], books: _Shelf, head: Head) -> list[Obligation]:
    rows, after, names = [], [], dict[int, int]()
    for line in lines:
        head.seq += 1
        entry = _numbered(line, head.seq, names)
        debt = journal.apply(books.get(entry.obligation), entry)
        (books.fresh if isinstance(entry, journal.Opened) else books.touched).add(debt.id)
        books[debt.id] = debt
        rows.append(to_row(entry, head.seq, bytes(head.digest)))
        head.digest = rows[-1].digest
        after.append(debt)
    insert_rows(rows)
    return after


def _numbered(line: journal.Entry, seq: int, names: dict[int, int]) -> journal.Entry:
    if isinstance(line, journal.Opened):
        if line.obligation > 0:
            raise Refused("A debt gets its number from the journal.")
        if line.obligation != NEW:
            names[line.obligation] = seq
        return replace(line, obligation=seq)
    if line.obligation > 0:
        return line
    if line.obligation not in names:
        raise Refused("The entry names a debt that is not opened before it.")
    return replace(line, obligation=names[line.obligation])


def _save(books: _Shelf, head: Head) -> None:
    insert_rows([to_owed(books[n]) for n in sorted(books.fresh)])
    _save_changes(books)
    counters.carry(books.before, books.values(), head.due_until)
    write_values(Head, ("seq", "digest"), [(head.seq, head.digest, head.pk)])


def _save_changes(books: _Shelf) -> None:
    """Write what changed and nothing else: each column named costs the indexes it is in, changed or not."""
    columns = defaultdict[tuple[str, ...], list[list[Any]]](list)
    for before in books.before:
        if before.id in books.touched:
            changes = mapping.changes(before, books[before.id])
            columns[tuple(changes)].append([*changes.values(), before.id])
    for names, rows in columns.items():
        if names:
            write_values(Owed, names, rows)
