"""The form of one answer time: for what, and how long."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from odzew.channels import registry
from odzew.desk import debts
from odzew.staff.answer_time import DATED, AnswerTime
from odzew.staff.models import Person, Team

CHANNELS = {
    "email": _("Mail"),
    "webform": _("Web form"),
    "phone": _("Phone"),
    "chat": _("Chat"),
    **registry.CHATS,
}
NAMED = ("team", "channel", "kind")


def teams_of(person: Person) -> "QuerySet[Team]":
    """Return the teams whose answer times a person may set."""
    rows = Team.objects.order_by("name")
    return rows if person.sees_everything else rows.filter(pk__in=person.teams.values("pk"))


class AnswerTimeForm(forms.Form):
    """What a lead or an administrator says about one answer time."""

    THERE_ALREADY = _("There is a row for this already: change that one.")

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("every channel")), *CHANNELS.items()], required=False
    )
    kind = forms.ChoiceField(label=_("What is owed"), required=False)
    hours = forms.DecimalField(
        label=_("Time to answer, in working hours"), min_value=0, max_value=1000, decimal_places=2
    )

    def __init__(self, row: AnswerTime, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(row))
        self.row = row
        # Django types every field of a form as the base of all; which each is stands above.
        team: Any = self.fields["team"]
        team.queryset, team.empty_label = teams_of(person), _("every team")
        team.required = not person.sees_everything
        kinds = [("", _("everything")), *((str(kind), debts.kind_name(kind)) for kind in DATED)]
        kind: Any = self.fields["kind"]
        kind.choices = kinds

    def clean(self) -> dict[str, Any]:
        """Refuse what the team's own time says already, and what another row says."""
        said = super().clean() or {}
        if not self.errors and not said["channel"] and not said["kind"]:
            self.add_error("channel", _("Choose a channel or what is owed: the rest is the team's own time."))
        if not self.errors and self._others(said).exists():
            self.add_error(None, self.THERE_ALREADY)
        return said

    def _others(self, said: dict[str, Any]) -> "QuerySet[AnswerTime]":
        same = AnswerTime.objects.filter(**{name: said[name] for name in NAMED})
        return same.exclude(pk=self.row.pk)

    def filled(self) -> AnswerTime:
        """Return the row as the form says, not saved yet."""
        for name in NAMED:
            setattr(self.row, name, self.cleaned_data[name])
        self.row.minutes = round(self.cleaned_data["hours"] * 60)
        return self.row

    @property
    def length(self) -> timedelta:
        """Return the time that was entered."""
        return timedelta(minutes=round(self.cleaned_data["hours"] * 60))


def _initial(row: AnswerTime) -> dict[str, Any]:
    hours = "" if row.minutes is None else f"{row.minutes / 60:g}"
    return {"team": row.team_id, "channel": row.channel, "kind": row.kind, "hours": hours}
