"""A line the desk listens to, and does not hear: calls nobody answers may pass without a word.

An exchange of this kind tells nothing again. So a gap is noted, however it came about, and an administrator
owes that it is mended and that the exchange's own list is looked at; the desk cannot pay that itself.
Whoever writes holds the row of the line first, then the books.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations.call import Line
from odzew.domain import journal
from odzew.domain.obligation import Refused, State
from odzew.ledger import books, own
from odzew.ledger.models import Head
from odzew.lib.plain import plain
from odzew.staff.models import Person

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=10)  # an exchange that is started anew is no alarm
GAP = timedelta(minutes=2)  # long enough for somebody to ring and to give up
TO_MEND = timedelta(hours=1)  # of working time; then the lead is told


@transaction.atomic
def unheard(number: int, why: str, now: datetime, *, lost: bool = False) -> None:
    """Note that a line is not heard, and why; after a while it is owed, and at once when calls were lost."""
    line = Line.objects.select_for_update().get(pk=number)
    if not line.active:  # it was taken out of use meanwhile
        return
    line.wrong = plain(why, 500)
    line.deaf_since = line.deaf_since or line.listened_at or now
    if lost or now - line.deaf_since >= PATIENCE:
        _owe(line, line.deaf_since, now)
    line.save(update_fields=["wrong", "deaf_since", "debt", "owed_for"])


@transaction.atomic
def heard(number: int, now: datetime) -> datetime | None:
    """Note that a line is heard again, and return until when it was heard before; a long gap is owed."""
    line = Line.objects.select_for_update().get(pk=number)
    since = line.deaf_since or line.listened_at
    if since is not None and now - since >= GAP:
        _owe(line, since, now)
    line.wrong, line.deaf_since, line.listened_at = "", None, now
    line.save(update_fields=["wrong", "deaf_since", "listened_at", "debt", "owed_for"])
    return since


def rest(number: int) -> None:
    """Let a line be listened to no more, or anew: the time in between is no gap."""
    Line.objects.filter(pk=number).update(wrong="", deaf_since=None, listened_at=None)


@transaction.atomic
def settle(number: int, person: Person, said: str, now: datetime, *, mended: bool) -> None:
    """Pay what is owed about a line, as mended, or waive it; `said` is what was done, or why.

    :raises Refused: without a word, when nothing is owed, or as mended while it is not heard
    """
    line = Line.objects.select_for_update().get(pk=number)
    Head.held()
    if line.debt is None:
        raise Refused(_("Nothing is owed about this line."))
    if not said.strip():
        raise Refused(_("Say what was done, or why it may be left."))
    if mended and line.deaf_since is not None:
        raise Refused(_("The line is still not connected, so it is not mended."))
    if books.debts([line.debt])[0].state is State.OPEN:
        entry = journal.Paid if mended else journal.Waived
        by = f"person:{person.pk}"
        books.post([entry(obligation=line.debt, at=now, by=by, reason=said.strip())])
    line.debt = None
    line.save(update_fields=["debt"])


def _owe(line: Line, since: datetime, now: datetime) -> None:
    """Let an administrator owe one look for each gap, and one for several that nobody has looked at."""
    if line.owed_for == since:
        return
    line.owed_for = since
    if line.debt is not None:
        return
    log.error("The line %s was not heard since %s: %s", line.slug, since.isoformat(), line.wrong)
    Head.held()
    [debt] = books.post([own.opened(lambda: _text(line, since), since, now, TO_MEND)])
    line.debt = debt.id


def _text(line: Line, since: datetime) -> str:
    said = _("Not heard since %(since)s UTC: the line %(name)s. Mend it, and look there for missed calls.")
    return said % {"since": f"{since:%Y-%m-%d %H:%M}", "name": line.name}
