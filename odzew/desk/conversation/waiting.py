"""When a reply goes: the moments to choose from, and what the form says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from odzew.conversations.later import When
from odzew.conversations.models import Conversation
from odzew.desk import moments
from odzew.desk.snooze.presets import opening
from odzew.domain.obligation import Refused
from odzew.ledger import books
from odzew.staff.models import Person

AN_HOUR = timedelta(hours=1)
A_YEAR = timedelta(days=366)


class AfterDue(Exception):
    """The chosen moment is after what it answers falls due, and nobody has said that this is meant."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One moment to choose."""

    value: str
    words: str
    is_late: bool


def choices(talk: Conversation, due: Sequence[datetime], now: datetime) -> list[Choice]:
    """Return the moments offered: in an hour, and when the team begins its next days of work."""
    first = min(due, default=None)
    return [
        Choice(moment.isoformat(), moments.day(moment, now), first is not None and moment > first)
        for moment in _offered(talk, now)
    ]


def when(
    request: HttpRequest, talk: Conversation, author: Person, pays: Sequence[int], now: datetime
) -> When | None:
    """Return when the reply of the form goes; None means at once.

    :raises AfterDue: when that is later than what it answers falls due
    :raises Refused: when it is no moment to come
    """
    chosen = _chosen(request, now)
    if chosen is None:
        wait = timedelta(seconds=author.undo_seconds)
        return When(now + wait, is_chosen=False) if wait else None
    due = min((debt.due_at for debt in books.debts_of(talk.pk) if debt.id in pays), default=None)
    if due is not None and now < due < chosen and "late_anyway" not in request.POST:
        raise AfterDue(
            gettext(
                "What it answers falls due %(due)s, before this would go out. Send it sooner, or tick below"
                " that you mean it."
            )
            % {"due": moments.day(due, now)}
        )
    return When(chosen, is_chosen=True)


def _chosen(request: HttpRequest, now: datetime) -> datetime | None:
    said = request.POST.get("later", "")
    if not said:
        return None
    if said == "own":
        said = f"{request.POST.get('later_day', '')}T{request.POST.get('later_hour', '')}"
    try:
        moment = datetime.fromisoformat(said)
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        is_to_come = now < moment < now + A_YEAR
    except (ValueError, OverflowError):
        is_to_come = False
    if not is_to_come:
        raise Refused(gettext("Give a day and an hour to come, within a year, to send it."))
    return moment


def _offered(talk: Conversation, now: datetime) -> list[datetime]:
    zone = ZoneInfo(talk.team.timezone)
    soon = (now + AN_HOUR).replace(second=0, microsecond=0)
    morning = opening(talk.team, now.astimezone(zone).date() + timedelta(days=1))
    later = opening(talk.team, morning.astimezone(zone).date() + timedelta(days=7))
    return sorted({soon, morning, later})
