"""The form of a team: working hours, holidays, answer time, language, lead."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy as _

from odzew.desk.people.form import known_zone
from odzew.lib.holidays import countries
from odzew.staff import week
from odzew.staff.hours import DAYS, BadHours
from odzew.staff.models import Person, Role, Team

NAMES = dict(
    zip(
        DAYS,
        (
            _("Monday"),
            _("Tuesday"),
            _("Wednesday"),
            _("Thursday"),
            _("Friday"),
            _("Saturday"),
            _("Sunday"),
        ),
        strict=True,
    )
)


KEPT = ("name", "language", "timezone", "country", "is_last_resort")


class TeamForm(forms.Form):
    """What an administrator says about a team."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language to customers of whom none is known"))
    timezone = forms.CharField(label=_("Time zone"), max_length=64)
    lead = forms.ModelChoiceField(label=_("Lead"), queryset=Person.objects.none(), required=False)
    answer_hours = forms.DecimalField(
        label=_("Time to answer, in working hours"), min_value=0, max_value=1000, decimal_places=2
    )
    always = forms.BooleanField(label=_("Open around the clock"), required=False)
    country = forms.ChoiceField(label=_("Days off by law"), required=False)
    own_days = forms.CharField(
        label=_("Days of your own"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each: 2026-12-31 9:00–12:00, or the day alone when you are closed."),
    )
    is_last_resort = forms.BooleanField(
        label=_("Answers for what no other team can (a mail nobody can read)"), required=False
    )

    def __init__(self, team: Team, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(team))
        self.team = team
        for day in DAYS:
            self.fields[day] = forms.CharField(label=NAMES[day], required=False, max_length=200)
            self.fields[day].widget.attrs["placeholder"] = "9:00–17:00"
        # Django types every field of a form as the base of all; which each is stands above.
        able = Person.objects.filter(is_active=True).exclude(role=Role.READER).order_by("name")
        self.fields["lead"].queryset = able  # type: ignore[attr-defined]
        self.fields["lead"].empty_label = _("nobody in particular")  # type: ignore[attr-defined]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        known = countries(get_language() or "en")
        self.fields["country"].choices = [("", _("none")), *known]  # type: ignore[attr-defined]
        self.fields["timezone"].widget.attrs["list"] = "zones"

    def clean_name(self) -> str:
        """Return the name, if no other team has it."""
        name = str(self.cleaned_data["name"]).strip()
        if Team.objects.filter(name__iexact=name).exclude(pk=self.team.pk).exists():
            raise forms.ValidationError(_("Another team has this name already."))
        return name

    def clean_timezone(self) -> str:
        """Return the zone, if there is such a one."""
        return known_zone(self.cleaned_data["timezone"])

    def clean_own_days(self) -> dict[str, week.Spans]:
        """Return the days of one's own as the calendar takes them."""
        try:
            return week.read_days(self.cleaned_data["own_days"])
        except BadHours as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Read the week; a team that is never open could not date a debt."""
        said = super().clean() or {}
        hours = {} if said.get("always") else self._week(said)
        if not said.get("always") and not self.errors and not any(hours.values()):
            self.add_error("mon", _("Give at least one day its hours, or be open around the clock."))
        last = Team.objects.filter(is_last_resort=True).exclude(pk=self.team.pk)
        if self.team.is_last_resort and not said.get("is_last_resort") and not last.exists():
            self.add_error("is_last_resort", _("One team has to answer for it: choose another one first."))
        return said | {"hours": hours}

    def _week(self, said: dict[str, Any]) -> dict[str, week.Spans]:
        hours: dict[str, week.Spans] = {}
        for day in DAYS:
            try:
                hours[day] = week.read_day(said.get(day, ""))
            except BadHours as error:
                self.add_error(day, str(error))
        return {day: spans for day, spans in hours.items() if spans}

    def filled(self) -> Team:
        """Return the team as the form says, not saved yet."""
        said, team = self.cleaned_data, self.team
        for name in (*KEPT, "lead", "hours", "own_days"):
            setattr(team, name, said[name])
        team.answer_minutes = round(said["answer_hours"] * 60)
        return team

    @property
    def days(self) -> list[forms.BoundField]:
        """Return the fields of the week, from Monday."""
        return [self[day] for day in DAYS]


def _initial(team: Team) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(team, name) for name in KEPT}
    days = {day: week.written_day(team.hours.get(day, [])) for day in DAYS}
    return (
        told
        | days
        | {
            "lead": team.lead_id,
            "standing_cover": team.standing_cover_id,
            "manager": team.manager_id,
            "always": not team.hours and team.pk is not None,
            "answer_hours": f"{team.answer_minutes / 60:g}",
            "own_days": week.written_days(team.own_days),
        }
    )
