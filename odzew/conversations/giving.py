"""Giving a conversation to another team, with all that is owed in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from odzew.conversations import following, happening, holding
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.domain import journal
from odzew.domain.obligation import Obligation, Refused
from odzew.ledger import books
from odzew.staff.assignment import Roster, Seat
from odzew.staff.models import Person, Team


@transaction.atomic
def give(conversation: Conversation, author: Person, team: Team, reason: str, now: datetime) -> Conversation:
    """Give a conversation to another team, and return it.

    What is owed in it goes along with its hours. Whoever owes something and is of that team too keeps it; the
    rest goes to one person of the team, chosen as for a new letter: language, skill, then load.

    :raises Refused: without a reason, when it is of that team already, or is one with a third party
    :raises NotAllowed: when the author may only read
    """
    asides = list(conversation.asides.all())
    held = holding.hold_all([conversation, *asides], author, now, whole=True)[conversation.pk]
    if held.beside_id:
        raise Refused(_("What a third party was asked stays with the customer's conversation."))
    if not reason.strip():
        raise Refused(_("Say why, so that the next person knows."))
    if held.team_id == team.pk:
        raise Refused(_("It belongs to the team %(name)s already.") % {"name": team})
    # What was merged into it, and what was asked beside it, is seen by whoever sees it.
    theirs = Conversation.objects.filter(Q(pk=held.pk) | Q(stands_for=held) | Q(beside=held))
    theirs.update(team=team)
    held.team = team
    given = books.post(_handed_over(held, author, reason.strip(), now))
    happening.note(held, author, Happening.What.GIVEN, f"{team}\n{reason.strip()}", now)
    following.tell(held, now, by=author.pk, but={debt.owner for debt in given})
    return held


def _handed_over(held: Conversation, author: Person, reason: str, now: datetime) -> Iterable[journal.Entry]:
    debts = books.open_debts([held.pk])
    if not debts:
        return
    roster = Roster(books.loads(), now)
    words = words_of({held.pk: ()})[held.pk] if roster.asks_words else ()
    seats: dict[int | None, Seat] = {}
    for debt in debts:
        keeps = _of_the_team(debt, held.team, roster)
        if keeps not in seats:
            seats[keeps] = roster.seat(held.team, keeps, held.language, words=words)
        yield journal.HandedOver(
            obligation=debt.id,
            at=now,
            by=f"person:{author.pk}",
            reason=reason,
            owner=seats[keeps].owner,
            team=held.team_id,
            instead_of=seats[keeps].instead_of,
        )


def _of_the_team(debt: Obligation, team: Team, roster: Roster) -> int | None:
    """Return whose debt it is by right, when that is somebody of the team."""
    by_right = debt.instead_of or debt.owner
    return by_right if by_right in roster.members.get(team.pk, ()) else None
