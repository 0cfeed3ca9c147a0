"""What a team has set for absence and escalation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_POST

from odzew.desk.person import writing
from odzew.staff import acts, presence
from odzew.staff.models import Person, Role, Team

FIELDS = (
    "standing_cover",
    "manager",
    "lead_after_minutes",
    "manager_after_minutes",
    "takes_from_silent",
    "tells_who_has_it",
)


class Settings(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """The settings of one team; the names of its fields carry the number of the team."""

    class Meta:
        model = Team
        fields = FIELDS
        labels = {  # noqa: RUF012  Django's own shape
            "standing_cover": _("Takes what nobody covers"),
            "manager": _("Is told last"),
            "lead_after_minutes": _("Lead is told after (working minutes)"),
            "manager_after_minutes": _("Manager is told after (working minutes more)"),
            "tells_who_has_it": _("Customers who wait are told by mail who has it now"),
            "takes_from_silent": _("The cover takes what its owner leaves lying until the lead is told"),
        }
        help_texts = {  # noqa: RUF012  Django's own shape
            "lead_after_minutes": _("0 leaves this step out."),
            "manager_after_minutes": _("0 leaves this step out."),
        }

    def __init__(self, team: Team, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, instance=team, prefix=f"team{team.pk}")
        people = presence.able().order_by("name", "pk")
        members = people.filter(teams=team) | people.filter(role=Role.ADMINISTRATOR)
        for name, empty in (
            ("standing_cover", _("whoever carries least")),
            ("manager", _("an administrator")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  said above; mypy cannot know
            field.queryset, field.empty_label = members.distinct(), str(empty)


def forms_for(person: Person) -> list[Settings]:
    """Return the settings a person may change: of the teams led, of all teams for who runs the desk."""
    if not person.may_manage:
        return []
    return [Settings(team) for team in _teams(person)]


def _teams(person: Person) -> list[Team]:
    teams = Team.objects.all() if person.sees_everything else person.teams.all()
    return list(teams.order_by("name", "pk"))


@login_required
@require_POST
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the settings of a team."""
    person = writing(request)
    team = next((team for team in _teams(person) if team.pk == number), None)
    if team is None:
        raise Http404
    form = Settings(team, request.POST)
    if not person.may_manage:
        acts.refused()
        messages.error(request, gettext("Only a lead changes the settings of a team."))
    elif form.is_valid():
        team.save(update_fields=FIELDS)
        messages.success(request, gettext("Kept."))
    else:
        said = "; ".join(f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items())
        acts.refused()
        messages.error(request, said)
    return redirect("absences")
