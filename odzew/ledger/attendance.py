"""No open debt rests on somebody who is not there (law 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from odzew.customers.models import Customer
from odzew.domain import journal
from odzew.domain.obligation import Obligation
from odzew.ledger import books, reasons
from odzew.staff.assignment import Roster, Seat
from odzew.staff.models import Team


def to_somebody_there(debts: Iterable[Obligation], now: datetime) -> None:
    """Hand each open debt whose owner is not there to his cover, or to whoever of its team carries least.

    :raises NobodyThere: when neither the team nor the desk has an active person
    """
    waiting = list(debts)
    if not waiting:
        return
    roster = Roster(books.loads(), now)
    left = [debt for debt in waiting if debt.owner not in roster.there]
    books.post(moved(left, roster, now))


def moved(debts: Sequence[Obligation], roster: Roster, now: datetime) -> list[journal.Entry]:
    """Return the entries that give debts to whoever stands in for whose they are by right.

    What one person owes in one conversation goes to one person, who speaks the customer's language if
    nobody has said yes to standing in.

    :raises NobodyThere: when neither the team nor the desk has an active person
    """
    teams = Team.objects.in_bulk({debt.team for debt in debts})
    customers = Customer.objects.filter(pk__in={debt.customer for debt in debts})
    languages = dict(customers.values_list("pk", "language"))
    entries: list[journal.Entry] = []
    seats: dict[tuple[int | None, int, int], Seat] = {}
    for debt in debts:
        by_right = debt.instead_of or debt.owner
        place = (debt.conversation, debt.team, by_right)
        if debt.conversation is None or place not in seats:
            seats[place] = roster.seat(teams[debt.team], by_right, languages.get(debt.customer or 0, ""))
        else:
            roster.carry(seats[place].owner)
        seat = seats[place]
        is_away = by_right in roster.presence.away
        entry = handed_over(debt, seat.owner, reasons.AWAY if is_away else reasons.GONE, now)
        entries.append(replace(entry, instead_of=by_right if is_away and by_right != seat.owner else None))
    return entries


def handed_over(debt: Obligation, owner: int, reason: str, now: datetime) -> journal.HandedOver:
    """Return the entry by which the desk gives a debt to somebody."""
    return journal.HandedOver(
        obligation=debt.id,
        at=now,
        by="desk",
        reason=reason,
        owner=owner,
        team=debt.team,
        instead_of=debt.instead_of,
    )
