"""AnswerTime: how long an answer may take, by team, channel and kind of debt."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from odzew.domain import terms
from odzew.domain.obligation import Kind
from odzew.lib.ready import Ready
from odzew.staff.due import later
from odzew.staff.models import Person, Team

DATED = (Kind.ANSWER, Kind.NOTICE, Kind.CALLBACK)
"""The kinds whose hour the desk sets; of a promise whoever gives it says the hour."""


class AnswerTimeQuerySet(models.QuerySet["AnswerTime"]):
    """What can be asked of answer times."""

    def about(self, teams: Iterable[Team]) -> Self:
        """Return those that bear on these teams, those of one team first."""
        rows = self.select_related("team").filter(Q(team__in=list(teams)) | Q(team=None))
        return rows.order_by(F("team__name").asc(nulls_last=True), "-channel", "-kind")

    def kept_by(self, person: Person) -> Self:
        """Return those the person may change: of the teams led, all for who runs the desk."""
        return self if person.sees_everything else self.filter(team__in=person.teams.values("pk"))


class AnswerTime(models.Model):
    """One row: the working time for whatever it names. No team, channel or kind named means any.

    What a team alone gives is its own (`Team.answer_minutes`), and holds where no row speaks.
    """

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="answer_times"
    )
    channel = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in DATED], blank=True)
    minutes = models.PositiveIntegerField()

    objects = AnswerTimeQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["team", "channel", "kind"], name="answertime_once"),
            models.UniqueConstraint(
                fields=["channel", "kind"], condition=Q(team=None), name="answertime_of_any_team_once"
            ),
            models.CheckConstraint(condition=~Q(channel="", kind=""), name="answertime_says_of_what"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.channel} {self.kind}: {self.minutes}"

    @property
    def term(self) -> terms.Term:
        """Return the row as the rules know it."""
        return terms.Term(timedelta(minutes=self.minutes), self.team_id, self.channel, self.kind)


_TIMES = Ready(lambda: AnswerTime.objects.all())


class Times:
    """The answer times as they stand now, read once for all debts that are opened together."""

    def __init__(self, rows: Iterable[AnswerTime] | None = None) -> None:
        found = _TIMES() if rows is None else rows
        self.terms = [row.term for row in found]

    def term(self, team: Team, channel: str, kind: Kind) -> terms.Term:
        """Return what holds: the most specific row, else the team's own time."""
        own = terms.Term(team.answer_time, team.pk)
        return terms.most_specific(self.terms, team=team.pk, channel=channel, kind=kind) or own

    def due(self, team: Team, since: datetime, channel: str, kind: Kind = Kind.ANSWER) -> datetime:
        """Return the instant at which the time for it has passed, in the team's working hours."""
        return later(team, since, self.term(team, channel, kind).length)
