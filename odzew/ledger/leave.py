"""Absences as the books see them: debts move to the cover at the first moment, and back at the last.

Each change is one transaction that holds the books and claims the absence by a conditional update,
so that any number of workers does it once, and whoever comes second finds nothing to do.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import journal
from odzew.domain.obligation import Obligation, Refused
from odzew.ledger import attendance, books, reasons
from odzew.ledger.models import Head
from odzew.staff import absences
from odzew.staff.absence import Absence, Cover
from odzew.staff.assignment import NobodyThere, Roster
from odzew.staff.models import Person

AT_ONCE = 100
A_SECOND = timedelta(seconds=1)
State = Absence.State


def step(now: datetime) -> int:
    """Take up the absences of which a moment has come, and return how many were.

    One that leaves nobody at the desk does not begin: it stays due, and the calendar says so.
    """
    return sum(take_up(row, now) for row in Absence.objects.due(now)[:AT_ONCE])


def take_up(absence: Absence, now: datetime) -> bool:
    """Begin, change or end an absence whose moment has come; return whether anything was done."""
    if now >= absence.ends_at:
        return end(absence, now)
    if absence.state == State.BEGUN:
        return change_cover(absence, now)
    try:
        return begin(absence, now)
    except NobodyThere:
        return False


def begin(absence: Absence, now: datetime) -> bool:
    """Let an absence begin: what rests on the person moves to the cover.

    :raises NobodyThere: when nobody at all would be there; then nothing has changed
    """
    with transaction.atomic():
        Head.held()
        planned = Absence.objects.filter(pk=absence.pk, state=State.PLANNED, begins_at__lte=now)
        if not planned.update(state=State.BEGUN, begun_at=now, next_at=_next(absence, now)):
            return False
        roster = Roster(books.loads(), now)
        if not roster.there:
            raise NobodyThere("Nobody would be there to take over.")
        books.post(attendance.moved(books.resting_on(absence.person_id), roster, now))
    return True


def change_cover(absence: Absence, now: datetime) -> bool:
    """Let debts move to whoever stands in from now on; what nobody covers stays with who has it."""
    with transaction.atomic():
        Head.held()
        begun = Absence.objects.filter(pk=absence.pk, state=State.BEGUN, next_at=absence.next_at)
        if not begun.update(next_at=_next(absence, now)):
            return False
        roster = Roster(books.loads(), now)
        cover = roster.presence.stand_in(absence.person_id).who
        lost = [debt for debt in books.kept_for(absence.person_id) if _must_move(debt, cover, roster)]
        moved = attendance.moved(lost, roster, now)
        books.post(replace(entry, reason=reasons.COVER_CHANGED) for entry in moved)
    return True


def end(absence: Absence, now: datetime) -> bool:
    """Let an absence end: what is still unpaid returns or stays, as was chosen.

    One that was over before the desk could take it up moves nothing.
    """
    with transaction.atomic():
        Head.held()
        absence.refresh_from_db(fields=["state", "at_end"])
        standing = Absence.objects.standing().filter(pk=absence.pk)
        if not standing.update(state=State.ENDED, ended_at=now):
            return False
        if absence.state == State.BEGUN:
            books.post(_given_back(absence, now))
            # Who is back may be a cover, of others or of their covers: what is kept for them moves to him.
            Absence.objects.filter(state=State.BEGUN).update(next_at=now)
    return True


def _next(absence: Absence, now: datetime) -> datetime:
    accepted = Cover.objects.filter(absence=absence, state=Cover.State.ACCEPTED).values_list("since", "until")
    edges = [moment for span in accepted for moment in span if now < moment < absence.ends_at]
    return min(edges, default=absence.ends_at)


def _must_move(debt: Obligation, cover: int | None, roster: Roster) -> bool:
    return debt.owner not in roster.there or (cover is not None and debt.owner != cover)


def _given_back(absence: Absence, now: datetime) -> list[journal.Entry]:
    """Return the entries by which debts return or stay; if the owner is not there after all, none."""
    person = absence.person_id
    debts = books.kept_for(person)
    stays = absence.at_end == Absence.AtEnd.STAY
    if not stays and person not in Roster({}, now).there:
        return []  # his next absence has come already, or he has left: they are kept for him, or stay
    why = reasons.STAYS if stays else reasons.BACK
    entries = [attendance.handed_over(debt, debt.owner if stays else person, why, now) for debt in debts]
    return [replace(entry, instead_of=None) for entry in entries]


@transaction.atomic
def out_now(person: Person, author: Person, ends_at: datetime, now: datetime, reason: str = "") -> Absence:
    """Let somebody be out from this moment on, unplanned, and move what rests on him.

    :raises Refused: when he is away already, or nobody would be left
    """
    absence = absences.plan(person, author, now, ends_at, now, reason=reason, is_planned=False)
    begin(absence, now)
    return absence


@transaction.atomic
def back(absence: Absence, now: datetime) -> None:
    """Let an absence that has begun end now.

    :raises Refused: when it has not begun, or is over
    """
    ends_at = max(now, absence.begins_at + A_SECOND)  # it keeps a length, whatever the clock says
    begun = Absence.objects.filter(pk=absence.pk, state=State.BEGUN)
    if not begun.update(ends_at=ends_at) or not end(absence, now):
        raise Refused(_("That absence has not begun, or is over."))
