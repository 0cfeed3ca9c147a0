"""No open debt rests on somebody who is not there (law 7)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_noop

from odzew.domain import journal
from odzew.domain.obligation import Obligation
from odzew.ledger import books
from odzew.staff.assignment import Roster
from odzew.staff.models import Team

# Kept as it stands, and translated for whoever reads it.
GONE = gettext_noop("Whoever owed it is not there any more.")


def to_somebody_there(debts: Iterable[Obligation], now: datetime) -> None:
    """Hand each open debt whose owner is not there to whoever of its team owes least.

    :raises NobodyThere: when neither the team nor the desk has an active person
    """
    waiting = list(debts)
    if not waiting:
        return
    roster = Roster(books.loads())
    left = [debt for debt in waiting if debt.owner not in roster.there]
    teams = Team.objects.in_bulk({debt.team for debt in left})
    books.post(
        journal.HandedOver(
            obligation=debt.id,
            at=now,
            by="desk",
            reason=GONE,
            owner=roster.assign(teams[debt.team]),
            team=debt.team,
        )
        for debt in left
    )
