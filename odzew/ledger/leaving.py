"""Somebody leaves the desk, or may only read from now on: what she owes is handed over first (law 7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import journal
from odzew.domain.obligation import Obligation
from odzew.ledger import attendance, books
from odzew.ledger.models import Head
from odzew.staff import linking, presence
from odzew.staff.assignment import NobodyThere, Roster
from odzew.staff.models import Person, Role, Team


class CannotLeave(Exception):
    """Somebody cannot leave yet; `reasons` says everything that stands against it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


@transaction.atomic
def deactivate(person: Person, by: Person, now: datetime, to: Person | None = None) -> int:
    """Let nobody sign in as `person` any more, and return how many debts were handed over.

    They go to `to`, or each to whoever of its team owes least.

    :raises CannotLeave: with all reasons; then nothing has changed
    """
    moved = _step_down(person, by, now, to, {"is_active": False})
    linking.shut_out(person)
    return moved


@transaction.atomic
def become_reader(person: Person, by: Person, now: datetime, to: Person | None = None) -> int:
    """Let `person` only read from now on, and return how many debts were handed over, as `deactivate` does.

    :raises CannotLeave: with all reasons; then nothing has changed
    """
    return _step_down(person, by, now, to, {"role": Role.READER})


def reasons_against(person: Person, by: Person, to: Person | None = None) -> list[str]:
    """Return everything that stands against `person` leaving; nothing when she can."""
    checks = [
        (by.is_active and by.sees_everything, _("Only an administrator takes somebody off the desk.")),
        (person.pk != by.pk, _("Nobody takes himself off the desk: ask another administrator.")),
        (_another_administrator(person), _("Name another administrator first: there would be none.")),
        (to is None or to.pk != person.pk, _("What is owed has to go to somebody else.")),
        (to is None or _can_owe(to), _("%(name)s is not there to answer.") % {"name": to}),
    ]
    return [words for holds, words in checks if not holds]


def _step_down(
    person: Person, by: Person, now: datetime, to: Person | None, change: dict[str, object]
) -> int:
    # Whoever opens a debt holds the head too, so nothing new can come to rest on her meanwhile.
    Head.held()
    fresh = {row.pk: row for row in Person.objects.filter(pk__in=[p.pk for p in (person, by, to) if p])}
    if reasons := reasons_against(fresh[person.pk], fresh[by.pk], fresh[to.pk] if to else None):
        raise CannotLeave(reasons)
    Person.objects.filter(pk=person.pk).update(**change)
    person.refresh_from_db()
    try:
        return _hand_all_over(person, by, to, now)
    except NobodyThere as error:
        raise CannotLeave([_("Nobody else is there to take what she owes: name somebody first.")]) from error


def _hand_all_over(person: Person, by: Person, to: Person | None, now: datetime) -> int:
    owed = books.resting_on(person.pk)
    teams = Team.objects.in_bulk({debt.team for debt in owed})
    roster = Roster(books.loads(), now)
    why = _("%(name)s is not at the desk any more.") % {"name": person}
    entries = [
        _passed_on(debt, to.pk if to else roster.assign(teams[debt.team]), by, why, now) for debt in owed
    ]
    # What others keep for her is theirs from now on: she does not come back to it.
    entries += [_given(debt, debt.owner, by, why, now) for debt in books.kept_for(person.pk)]
    books.post(entries)
    return len(owed)


def _passed_on(debt: Obligation, owner: int, by: Person, why: str, now: datetime) -> journal.Entry:
    # What she kept for somebody who is away still goes back to him.
    comes_back = debt.instead_of if debt.instead_of != owner else None
    return _given(debt, owner, by, why, now, comes_back)


def _given(
    debt: Obligation, owner: int, by: Person, why: str, now: datetime, instead_of: int | None = None
) -> journal.Entry:
    entry = attendance.handed_over(debt, owner, why, now)
    return replace(entry, by=f"person:{by.pk}", instead_of=instead_of)


def _can_owe(person: Person) -> bool:
    return person.is_active and person.may_write and person.pk not in presence.begun()


def _another_administrator(person: Person) -> bool:
    others = Person.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exclude(pk=person.pk)
    return person.role != Role.ADMINISTRATOR or others.exists()
