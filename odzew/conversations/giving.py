"""Giving a conversation to another team, with all that is owed in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from odzew.conversations import following, happening, holding, promising
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.domain import journal
from odzew.domain.obligation import Obligation, Refused
from odzew.ledger import books
from odzew.staff.assignment import Roster, Seat
from odzew.staff.models import Person, Team


@transaction.atomic
def give(
    conversation: Conversation,
    author: Person,
    team: Team,
    reason: str,
    now: datetime,
    *,
    to: Person | None = None,
) -> Conversation:
    """Give a conversation to another team, and return it.

    What is owed in it goes along with its hours: all of it `to` a person of the team. When nobody is named,
    whoever owes something and is of that team too keeps it, and the rest goes to one person there, chosen as
    for a new letter: language, skill, then load.

    :raises Refused: without a reason, when it is of that team already, or is one with a third party; when
        who is named is not of the team or not there, or nothing is owed that could be that person's
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
    if to:
        _check(to, team, held)
    # What was merged into it, and what was asked beside it, is seen by whoever sees it.
    theirs = Conversation.objects.filter(Q(pk=held.pk) | Q(stands_for=held) | Q(beside=held))
    theirs.update(team=team)
    held.team = team
    given = books.post(_handed_over(held, author, reason.strip(), now, to))
    happening.note(held, author, Happening.What.GIVEN, f"{team}\n{reason.strip()}", now)
    following.tell(held, now, by=author.pk, but={debt.owner for debt in given})
    return held


def _check(to: Person, team: Team, held: Conversation) -> None:
    promising.must_be_there(to)
    if not to.teams.filter(pk=team.pk).exists():
        raise Refused(_("%(name)s is not of the team %(team)s.") % {"name": to, "team": team})
    if not books.open_debts([held.pk]):
        raise Refused(_("Nothing is owed here that one person could have: give it to the team."))


def _handed_over(
    held: Conversation, author: Person, reason: str, now: datetime, to: Person | None
) -> Iterable[journal.Entry]:
    debts = books.open_debts([held.pk])
    if not debts:
        return
    roster = Roster(books.loads(), now)
    words = words_of({held.pk: ()})[held.pk] if roster.asks_words else ()
    seats: dict[int | None, Seat] = {}
    for debt in debts:
        keeps = to.pk if to else _of_the_team(debt, held.team, roster)
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
