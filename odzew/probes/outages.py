"""A door that lets nothing in: the alarm, the debt of an administrator, and the all-clear.

Who calls holds the row of what told it first, then the books, within one transaction.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from odzew.channels.models import Account
from odzew.domain import journal
from odzew.domain.obligation import State
from odzew.ledger import books, own, reasons
from odzew.ledger.models import Head
from odzew.probes.models import Outage

TO_MEND = timedelta(hours=1)  # of working time; then the lead is told


def begin(
    account: Account, since: datetime, said: str, now: datetime, *, again: str = reasons.STILL_SHUT
) -> None:
    """Raise the alarm about a door, and open its debt, once; `said` is what is wrong, if it is known."""
    Head.held()
    outage = Outage.objects.standing().filter(account=account).first()
    if outage is None:
        since = min(since, now)
        [debt] = books.post([_owed(account, since, now)])
        Outage.objects.create(account=account, since=since, debt=debt.id, said=said)
        return
    outage.said = said or outage.said
    outage.save(update_fields=["said"])
    # Somebody said that it is mended; whoever let it be, with a reason, is not asked again.
    if books.debts([outage.debt])[0].state is State.PAID:
        entry = journal.Reopened(obligation=outage.debt, at=now, by="desk", reason=again)
        books.post([entry])


def end(account: Account, now: datetime, *, why: str = reasons.CAME_THROUGH) -> None:
    """End the outage of a door, if there is one, and pay what is still owed for it."""
    Head.held()
    outage = Outage.objects.standing().filter(account=account).first()
    if outage is None:
        return
    outage.ended_at = max(now, outage.since)
    outage.save(update_fields=["ended_at"])
    if books.debts([outage.debt])[0].state is State.OPEN:
        books.post([journal.Paid(obligation=outage.debt, at=now, by="desk", reason=why)])


def _owed(account: Account, since: datetime, now: datetime) -> journal.Opened:
    return own.opened(lambda: _text(account), since, now, TO_MEND)


def _text(account: Account) -> str:
    return _("Mend this door, no mail of customers comes in: %(door)s") % {"door": account.address}
