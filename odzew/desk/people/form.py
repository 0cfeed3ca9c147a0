"""The form of a person: name, mail address, role, teams, language and zone."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from odzew.conversations.tag import LONGEST, Tag, key
from odzew.staff.models import Person, Role, Team

ROLES = [
    (Role.AGENT, _("Agent: answers in the own teams")),
    (Role.LEAD, _("Lead: answers, and leads teams")),
    (Role.ADMINISTRATOR, _("Administrator: sees everything, sets everything")),
    (Role.READER, _("Reader: sees the own teams, answers nothing")),
]


FIELDS = ("name", "email", "role", "language", "timezone", "languages", "skills", "capacity")
MOST_SKILLS = 30


class Member(forms.Form):
    """What an administrator says about somebody who works at the desk."""

    name = forms.CharField(label=_("First name and surname"), max_length=200)
    email = forms.EmailField(label=_("Mail address to sign in with"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.AGENT)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"),
        queryset=Team.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    timezone = forms.CharField(label=_("Time zone"), max_length=64, initial="Europe/Warsaw")
    languages = forms.MultipleChoiceField(
        label=_("Answers in (none ticked: in every language)"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        max_length=MOST_SKILLS * LONGEST,
        help_text=_("Names of tags, with commas between. What carries such a tag comes here first."),
    )
    capacity = forms.IntegerField(
        label=_("How many open debts one can carry"), min_value=1, max_value=10_000, initial=40
    )

    def __init__(self, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(person))
        self.person = person
        self.fields["timezone"].widget.attrs["list"] = "zones"

    def clean_email(self) -> str:
        """Return the address in small letters, if nobody else has it."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.person.pk).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email

    def clean_skills(self) -> list[str]:
        """Return the skills as names of tags are compared, each once, in the order they were written."""
        folded = (key(name) for name in str(self.cleaned_data["skills"]).split(","))
        return list(dict.fromkeys(name for name in folded if name))

    def clean_timezone(self) -> str:
        """Return the zone, if there is such a one."""
        return known_zone(self.cleaned_data["timezone"])


def known_zone(name: str) -> str:
    """Return the name of a time zone.

    :raises ValidationError: when the IANA knows none of this name
    """
    if name not in available_timezones():
        raise forms.ValidationError(_("There is no such time zone: write it as Europe/Warsaw."))
    return name


def _initial(person: Person) -> dict[str, Any]:
    if person._state.adding:
        return {}
    told = {name: getattr(person, name) for name in FIELDS}
    return told | {"skills": _written(person.skills), "teams": list(person.teams.all())}


def _written(skills: Sequence[str]) -> str:
    names = dict(Tag.objects.filter(key__in=skills).values_list("key", "name")) if skills else {}
    return ", ".join(names.get(skill, skill) for skill in skills)
