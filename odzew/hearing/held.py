"""What could not be done: kept as it came, owed by an administrator, and settled by one (SAFETY P4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import journal
from odzew.domain.obligation import Refused, State
from odzew.hearing.models import Heard
from odzew.ledger import books, own, reasons
from odzew.ledger.models import Head
from odzew.staff.models import Person

TO_LOOK = timedelta(hours=4)  # of working time; then the lead is told


def take(row: Heard, before: str, after: str) -> bool:
    """Let a row end here, in this transaction; whoever else has it in hand, or was first, has it."""
    rows = Heard.objects.filter(pk=row.pk, state=before)
    if rows.select_for_update(skip_locked=True).values_list("pk", flat=True).first() is None:
        return False
    # What was done names people, and is worth nothing any more; what is discarded is kept for a while.
    done = {"content": b"", "envelope": {}, "about": "", "error": ""} if after == Heard.State.DONE else {}
    return bool(rows.update(state=after, next_try_at=None, **done))


@transaction.atomic
def hold(row: Heard, error: str, name: str, now: datetime) -> None:
    """Set a call aside that could not be done; of all that one program told, a look is owed once."""
    rows = Heard.objects.filter(pk=row.pk, state=Heard.State.KEPT)
    if rows.select_for_update().values_list("pk", flat=True).first() is None:
        return  # another worker was first
    Head.held()
    debt = _standing(row)
    if debt is None:
        debt = books.post([own.opened(lambda: _text(name), now, now, TO_LOOK)])[0].id
    rows.update(state=Heard.State.HELD, error=error, tries=row.tries + 1, next_try_at=None, debt=debt)


@transaction.atomic
def done(row: Heard, person: Person, do: Callable[[Heard], object], now: datetime) -> None:
    """Do a call that was set aside after all; with the last of its program the look is paid.

    :raises Refused: when somebody was quicker; and whatever `do` raises, then it stays as it was
    """
    if not take(row, Heard.State.HELD, Heard.State.DONE):
        raise Refused(_("Somebody was quicker: it is not set aside any more."))
    do(row)
    _settle(row, journal.Paid, person, reasons.DONE_AFTER_ALL, now)


@transaction.atomic
def discard(row: Heard, person: Person, reason: str, now: datetime) -> None:
    """Let a call be, with a reason; with the last of its program nothing is owed for it any more.

    :raises Refused: without a reason, or when somebody was quicker
    """
    if not reason.strip():
        raise Refused(_("Say why it may be left."))
    if not take(row, Heard.State.HELD, Heard.State.DISCARDED):
        raise Refused(_("Somebody was quicker: it is not set aside any more."))
    _settle(row, journal.Waived, person, reason.strip(), now)


def _standing(row: Heard) -> int | None:
    """Return the debt of a look at what this program told, if one is open. Whoever asks holds the books."""
    others = Heard.objects.filter(door=row.door, of=row.of, state=Heard.State.HELD).exclude(debt=None)
    numbers = {number for number in others.values_list("debt", flat=True) if number}
    return next((one.id for one in books.debts(numbers) if one.state is State.OPEN), None)


def _settle(
    row: Heard, entry: type[journal.Paid | journal.Waived], person: Person, reason: str, now: datetime
) -> None:
    Head.held()
    others = Heard.objects.filter(debt=row.debt, state=Heard.State.HELD)
    if row.debt is None or others.exists() or books.debts([row.debt])[0].state is not State.OPEN:
        return
    books.post([entry(obligation=row.debt, at=now, by=f"person:{person.pk}", reason=reason)])


def _text(name: str) -> str:
    return _("Look at what %(name)s told and the desk could not take: it is in the quarantine.") % {
        "name": name
    }
