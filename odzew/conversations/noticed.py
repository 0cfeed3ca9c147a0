"""Notices with what they are about: a fixed number of questions, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from odzew.conversations import acquainted
from odzew.conversations.models import Conversation
from odzew.domain.obligation import Obligation, State
from odzew.ledger import books
from odzew.notices import words
from odzew.notices.models import Notice
from odzew.staff.absence import Absence
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One notice, the matter it is about as far as the person may see it, and the debt."""

    notice: Notice
    said: str
    talk: Conversation | None
    debt: Obligation | None

    @property
    def is_new(self) -> bool:
        """Return whether it stands: neither read nor settled."""
        return self.notice.read_at is None and self.notice.settled_at is None


def rows(notices: Sequence[Notice], person: Person) -> list[Row]:
    """Return the rows of notices, in their order."""
    talks = Conversation.objects.visible_to(person).select_related("customer")
    seen = talks.in_bulk({one.conversation for one in notices if one.conversation is not None})
    for number in acquainted.strangers(person, seen):
        seen[number].customer = acquainted.stranger(seen[number])
    debts = {d.id: d for d in books.debts({one.obligation for one in notices if one.obligation is not None})}
    away = _away(notices)
    people = {one.by for one in notices} | {debt.owner for debt in debts.values()} | {*away.values()}
    names = {p.pk: str(p) for p in Person.objects.filter(pk__in=[number for number in people if number])}
    found: list[Row] = []
    for one in notices:
        debt = debts.get(one.obligation or 0)
        whose = debt.owner if debt else away.get(one.absence or 0)
        found.append(_row(one, seen.get(one.conversation or 0), debt, whose, names))
    return found


def _away(notices: Sequence[Notice]) -> dict[int, int]:
    numbers = [one.absence for one in notices if one.absence is not None]
    return dict(Absence.objects.filter(pk__in=numbers).values_list("pk", "person")) if numbers else {}


def _row(
    notice: Notice,
    talk: Conversation | None,
    debt: Obligation | None,
    whose: int | None,
    names: dict[int, str],
) -> Row:
    said = words.said(
        notice,
        what=debt.kind if debt else "",
        by=names.get(notice.by or 0, ""),
        owner=names.get(whose, "") if whose and whose != notice.person_id else "",
    )
    return Row(notice, said, talk, debt if debt and debt.state is State.OPEN else None)
