"""What the firm owes to itself: an administrator has to do something, and no customer waits (ADR 34)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import translation

from odzew.domain import journal
from odzew.domain.obligation import Kind
from odzew.ledger import books
from odzew.staff.assignment import Roster
from odzew.staff.due import later
from odzew.staff.models import Team


def opened(text: Callable[[], str], since: datetime, now: datetime, to_do: timedelta) -> journal.Opened:
    """Return the debt of an administrator who is there, due after `to_do` of working time.

    `text` is asked for in the language of the team that owes. Whoever posts it holds the books.
    """
    roster = Roster(books.loads(), now)
    there = [one for one in roster.administrators if one in roster.there]
    team = _team(there)
    owner = min(there, key=lambda one: (roster.shares[one], one), default=None)
    with translation.override(team.language):
        said = text()
    entry = journal.Opened(
        obligation=books.NEW,
        at=now,
        by="desk",
        what=Kind.ACTION,
        customer=None,
        conversation=None,
        owner=owner or 0,
        team=team.pk,
        since=since,
        due=later(team, now, to_do),
        text=said,
    )
    return entry if owner else replace(entry, owner=roster.seat(team).owner)


def _team(administrators: list[int]) -> Team:
    theirs = Team.objects.filter(members__in=administrators)
    first = theirs.order_by("-is_last_resort", "pk").first()
    return first or Team.objects.order_by("-is_last_resort", "pk")[0]
