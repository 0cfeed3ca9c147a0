"""The form by which an absence is planned."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from odzew.staff import absences, presence
from odzew.staff.absence import Absence
from odzew.staff.models import Person, Role

BEGINS = [("day", _("all day")), ("noon", _("from noon"))]
ENDS = [("day", _("all day")), ("noon", _("until noon"))]
AT_END = [("return", _("return to whom they were taken from")), ("stay", _("stay with whoever stands in"))]
CALENDAR = {"type": "date"}


class Plan(forms.Form):
    """Who is away from when to when, why, who is asked, and what becomes of the debts in the end."""

    who = forms.ModelChoiceField(label=_("Who"), queryset=Person.objects.none(), empty_label=None)
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=CALENDAR, format="%Y-%m-%d"))
    first_half = forms.ChoiceField(label=_("of it"), choices=BEGINS)
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=CALENDAR, format="%Y-%m-%d"))
    last_half = forms.ChoiceField(label=_("of it"), choices=ENDS)
    covers = forms.ModelMultipleChoiceField(
        label=_("Who is asked to stand in"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at_end = forms.ChoiceField(label=_("What is unpaid at the end will"), choices=AT_END)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Only you and your leads see it. It need not say anything about health."),
    )

    def __init__(self, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"who": person.pk, "first_half": "day", "last_half": "day"})
        numbers = [one.pk for one in led(person)]
        self._offer("who", numbers)
        self.alone = len(numbers) == 1
        self._offer("covers", [one.pk for one in colleagues(person) if not self.alone or one != person])

    def _offer(self, name: str, numbers: Iterable[int]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  said above; mypy cannot know
        field.queryset = Person.objects.filter(pk__in=list(numbers)).order_by("name", "pk")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Return the first and the last instant, by the clock on the wall of the person."""
        said = self.cleaned_data
        zone = said["who"].timezone
        return (
            absences.begins(zone, said["first"], at_noon=said["first_half"] == "noon"),
            absences.ends(zone, said["last"], at_noon=said["last_half"] == "noon"),
        )

    @property
    def told(self) -> dict[str, Any]:
        """Return what else the form says."""
        said = self.cleaned_data
        covers = [one for one in said["covers"] if one != said["who"]]
        return {"covers": covers, "reason": said["reason"], "at_end": Absence.AtEnd(said["at_end"])}


def colleagues(person: Person) -> list[Person]:
    """Return who works in a team of the person's, and who runs the desk; all there is for the latter."""
    people = presence.able()
    if not person.sees_everything:
        mine = people.filter(teams__in=person.teams.values("pk")).values("pk")
        people = people.filter(pk__in=mine) | people.filter(role=Role.ADMINISTRATOR)
    return list(people.distinct().order_by("name", "pk"))


def led(person: Person) -> list[Person]:
    """Return for whom a person may plan: himself, and those he leads."""
    if not person.may_write:
        return []
    return [one for one in colleagues(person) if one == person or absences.leads(person, one)]
