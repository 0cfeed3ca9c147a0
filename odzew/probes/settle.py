"""What a person does about a door that lets nothing in: mended, or let be with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import journal
from odzew.domain.obligation import Obligation, Refused, State
from odzew.ledger import books
from odzew.ledger.models import Head
from odzew.probes.models import Outage
from odzew.staff.models import Person


@transaction.atomic
def settle(outage: Outage, person: Person, said: str, now: datetime, *, mended: bool) -> Obligation:
    """Pay the debt of an outage, as mended, or waive it; `said` is what was done, or why it is let be.

    The outage stands until a probe comes through in time; if the next one is lost, what was paid is
    owed again.

    :raises Refused: without a word, when it is settled already, or by who neither owes it nor runs the desk
    """
    Head.held()
    debt = books.debts([outage.debt])[0]
    if not person.may_write or not (person.sees_everything or debt.owner == person.pk):
        raise Refused(_("Only who owes it or an administrator settles this."))
    if debt.state is not State.OPEN:
        raise Refused(_("It is settled already."))
    if not said.strip():
        raise Refused(_("Say what was done, or why it may be left."))
    entry = journal.Paid if mended else journal.Waived
    by = f"person:{person.pk}"
    return books.post([entry(obligation=debt.id, at=now, by=by, reason=said.strip())])[0]
