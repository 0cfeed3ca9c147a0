"""What the answer times come to: for each team, channel and kind how long, why, and what it means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language, gettext

from odzew.channels import registry
from odzew.desk import debts
from odzew.desk.answertimes.form import CHANNELS
from odzew.desk.teams.preview import Case, saturday
from odzew.domain.obligation import Kind
from odzew.domain.terms import Term
from odzew.lib import words
from odzew.staff.answer_time import AnswerTime, Times
from odzew.staff.models import Team

# Whom we ask is written to by mail; who called is owed a call.
OWED_BY = {
    "email": (Kind.ANSWER, Kind.NOTICE),
    "webform": (Kind.ANSWER,),
    "phone": (Kind.CALLBACK,),
    **dict.fromkeys(registry.CHATS, (Kind.ANSWER, Kind.NOTICE)),
    "chat": (Kind.ANSWER,),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, in words."""

    number: int
    team: str
    channel: str
    kind: str
    length: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for one team, channel and kind, and by which row."""

    team: str
    channel: str
    kind: str
    length: str
    why: str
    case: Case


def rows(found: Iterable[AnswerTime], changes: set[int]) -> list[Row]:
    """Return the table; `changes` are the numbers of the rows that may be changed."""
    return [
        Row(row.pk, *_names(row.team, row.term), length(row.term.length), row.pk in changes) for row in found
    ]


def held(teams: Iterable[Team], found: Iterable[AnswerTime], now: datetime) -> list[Held]:
    """Return what holds where a row speaks, and by the team's own time where none does."""
    times = Times(found)
    return [
        _held(team, channel, kind, times.term(team, channel, kind), now)
        for team in teams
        for channel in CHANNELS
        for kind in OWED_BY[channel]
    ]


def length(time: timedelta) -> str:
    """Return how much working time, in hours."""
    return words.duration_words(time, get_language() or "en", days=False)


def _held(team: Team, channel: str, kind: Kind, term: Term, now: datetime) -> Held:
    case = saturday(team, now, term.length)
    return Held(
        str(team), str(CHANNELS[channel]), debts.kind_name(kind), length(term.length), _why(team, term), case
    )


def _why(team: Team, term: Term) -> str:
    if not term.channel and not term.kind:
        return gettext("the team's own time")
    return ", ".join(_names(team if term.team else None, term))


def _names(team: Team | None, term: Term) -> tuple[str, str, str]:
    return (
        str(team) if team else gettext("every team"),
        str(CHANNELS.get(term.channel, term.channel)) or gettext("every channel"),
        debts.kind_name(term.kind) if term.kind else gettext("everything"),
    )
