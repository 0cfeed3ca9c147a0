"""Which message began each debt of a conversation, and which joined it, as the journal has it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from odzew.ledger.models import Entry, Owed


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a debt began: with a message, as a part of another debt, about the date of one, or by hand."""

    debt: int
    message: int | None
    parent: int | None
    conversation: int | None
    about: int | None

    @property
    def belongs_to(self) -> int | None:
        """Return the debt it goes with, wherever that is owed."""
        return self.parent or self.about


def of_conversations(numbers: Iterable[int]) -> list[Beginning]:
    """Return how each debt that is or was owed in these conversations began."""
    debts = Owed.objects.filter(conversation__in=list(numbers)).values("pk")
    rows = Entry.objects.filter(kind="opened", obligation__in=debts).order_by("seq")
    return [
        Beginning(
            row.obligation,
            row.message,
            row.facts.get("parent"),
            row.facts.get("conversation"),
            row.facts.get("about"),
        )
        for row in rows
    ]


def with_their_parts(known: Collection[Beginning], debts: Iterable[int]) -> set[int]:
    """Return debts with those they belong to, and those that belong to them."""
    found, before = set(debts), -1
    while len(found) != before:
        before = len(found)
        found |= {one.debt for one in known if one.belongs_to in found}
        found |= {one.belongs_to for one in known if one.debt in found and one.belongs_to is not None}
    return found & {one.debt for one in known}


def booked(numbers: Iterable[int]) -> dict[int, set[int]]:
    """Return by message which debts of these conversations it opened or joined, the first message first."""
    debts = Owed.objects.filter(conversation__in=list(numbers)).values("pk")
    lines = Entry.objects.filter(kind__in=["opened", "joined"], obligation__in=debts, message__isnull=False)
    found: dict[int, set[int]] = {}
    for message, debt in lines.order_by("message", "seq").values_list("message", "obligation"):
        found.setdefault(message or 0, set()).add(debt)
    return found
