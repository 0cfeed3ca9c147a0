"""The form of a rule: when, if, then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from odzew.channels.models import Account
from odzew.conversations import tagging
from odzew.conversations.rule import LONGEST, Rule
from odzew.conversations.rules import UNREADABLE
from odzew.conversations.tag import Tag
from odzew.desk.answertimes.form import CHANNELS, teams_of
from odzew.desk.rules import written
from odzew.domain.obligation import Refused
from odzew.staff import presence
from odzew.staff.models import Person, Team

LINES = {"rows": 2}
EITHER = {"files": "attached", "known": "known", "in_hours": "in_hours"}
YES_NO = {"yes": True, "no": False}
SAID: dict[Any, str] = {True: "yes", False: "no"}
WRITTEN = {"senders": written.senders, **dict.fromkeys(("subject", "words", "not_words"), written.phrases)}


def _lines(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=5_000, help_text=hint, widget=forms.Textarea(attrs=LINES)
    )


def _either(label: Any, yes: Any, no: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("does not matter")), ("yes", yes), ("no", no)]
    )


class RuleForm(forms.Form):
    """What an administrator or a lead says about a rule."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST)
    of_team = forms.ModelChoiceField(
        label=_("For what comes to"),
        required=False,
        queryset=Team.objects.none(),
        empty_label=_("the whole desk"),
        help_text=_("Rules of the whole desk are tried first, then those of the team."),
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("new", _("a conversation begins")), ("any", _("any message of a customer comes in"))],
        help_text=_("To a team or a person only what begins is given: whoever has a conversation keeps it."),
    )
    senders = _lines(_("It is from"), _("Addresses or domains: anna@example.com, example.com"))
    accounts = forms.ModelMultipleChoiceField(
        label=_("It came by"),
        required=False,
        queryset=Account.objects.order_by("channel", "name", "address"),
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("every channel")), *CHANNELS.items()]
    )
    subject = _lines(_("Its subject has one of these words"))
    words = _lines(
        _("Its subject or text has one of these words"),
        _("A word or a phrase a line, in whichever form and case: “refund”, “not paid”."),
    )
    not_words = _lines(_("And none of these"))
    language = forms.ChoiceField(label=_("It is written in"), required=False)
    known = _either(_("The customer"), _("was here before"), _("is new"))
    tag = forms.ModelChoiceField(
        label=_("A conversation of the customer has the tag"), required=False, queryset=Tag.objects.none()
    )
    attached = _either(_("Files"), _("are attached"), _("are not attached"))
    in_hours = _either(_("It came"), _("within working hours"), _("outside working hours"))
    tags = forms.CharField(
        label=_("Tag it"), required=False, max_length=500, help_text=_("Several are parted by commas.")
    )
    team = forms.ModelChoiceField(
        label=_("Give it to the team"), required=False, queryset=Team.objects.none()
    )
    person = forms.ModelChoiceField(
        label=_("Give it to"),
        required=False,
        queryset=Person.objects.none(),
        empty_label=_("whoever carries least"),
    )
    speak = forms.ChoiceField(label=_("Write to the customer in"), required=False)
    hours = forms.DecimalField(
        label=_("Answer it within (working hours)"),
        required=False,
        min_value=0,
        max_value=1000,
        decimal_places=2,
        help_text=_("Counts before the answer times. It holds for a debt that begins now."),
    )
    stops = forms.BooleanField(label=_("Try no rule below it on what it met"), required=False)
    is_on = forms.BooleanField(label=_("On"), required=False, initial=True)

    def __init__(self, rule: Rule, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(rule))
        self.rule = rule
        fields: dict[str, Any] = self.fields
        fields["language"].choices = [("", _("any language")), *settings.LANGUAGES]
        fields["speak"].choices = [("", _("the language found")), *settings.LANGUAGES]
        fields["tag"].queryset, fields["tag"].empty_label = Tag.objects.in_use(), _("does not matter")
        fields["accounts"].label_from_instance = lambda one: f"{one.name} ({one.address})"
        fields["team"].empty_label = _("that of the mailbox or form")
        fields["of_team"].queryset = fields["team"].queryset = teams_of(person)
        fields["person"].queryset = presence.able().order_by("name", "pk")
        if not person.sees_everything:
            self._of_teams(person.teams.values("pk"))
        fields["tags"].widget.attrs |= {"list": "tag-names", "autocomplete": "off"}

    def _of_teams(self, teams: Any) -> None:
        """Leave a lead what is of her teams: nobody gives work to others, nor asks what others see."""
        fields: dict[str, Any] = self.fields
        fields["of_team"].required, fields["of_team"].empty_label = True, None
        fields["accounts"].queryset = fields["accounts"].queryset.filter(in_charge__team__in=teams)
        fields["person"].queryset = fields["person"].queryset.filter(teams__in=teams).distinct()
        fields["tag"].queryset = Tag.objects.none()

    def clean(self) -> dict[str, Any]:
        """Read the lists, and refuse what does nothing or cannot be."""
        said = super().clean() or {}
        for name, read in WRITTEN.items():
            said[name] = self._read(name, read)
        said["tags"] = self._read("tags", written.items)
        if not self.errors and not any(said[name] for name in ("tags", "team", "person", "speak", "hours")):
            self.add_error("tags", _("Say what it does: this rule does nothing yet."))
        team, person = said.get("team"), said.get("person")
        if team and person and not person.teams.filter(pk=team.pk).exists():
            self.add_error("person", _("%(name)s is not of that team.") % {"name": person})
        return said

    def _read(self, name: str, read: Any) -> list[str]:
        try:
            found: list[str] = read(self.cleaned_data.get(name, ""))
        except forms.ValidationError as error:
            self.add_error(name, error)
            return []
        return found

    def filled(self, tags: list[int]) -> Rule:
        """Return the rule as the form says, with these tags, not saved yet."""
        said, rule = self.cleaned_data, self.rule
        rule.name, rule.when = said["name"].strip(), said["when"]
        rule.of_team = said["of_team"]
        rule.stops, rule.is_on, rule.broken = said["stops"], said["is_on"], ""
        rule.asked, rule.does = self._asked(), self._does(tags)
        return rule

    def made_tags(self, author: Person, now: datetime) -> list[int]:
        """Return the numbers of the tags it gives; a word nobody has used yet makes one.

        :raises Refused: when one is no name for a tag, or is archived
        """
        return [tagging.usable(name, author, now).pk for name in self.cleaned_data["tags"]]

    def known_tags(self) -> list[int]:
        """Return the numbers of those tags it gives that there are already."""
        found = [tagging.named(name) for name in self.cleaned_data["tags"]]
        return [tag.pk for tag in found if tag]

    def new_tags(self) -> list[str]:
        """Return the tags it gives that would be made."""
        return [name for name in self.cleaned_data["tags"] if tagging.named(name) is None]

    def refuse(self, refusal: Refused) -> None:
        """Show why a tag cannot be given."""
        self.add_error("tags", str(refusal))

    def _asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        told: dict[str, Any] = {name: said[name] for name in (*WRITTEN, "channel", "language")}
        told["accounts"] = sorted(account.pk for account in said["accounts"])
        told["tag"] = said["tag"].pk if said["tag"] else None
        told |= {name: YES_NO.get(said[field]) for name, field in EITHER.items()}
        return {name: value for name, value in told.items() if value not in ("", None, [])}

    def _does(self, tags: list[int]) -> dict[str, Any]:
        said = self.cleaned_data
        told: dict[str, Any] = {"tags": tags, "language": said["speak"]}
        told |= {name: said[name].pk for name in ("team", "person") if said[name]}
        told["minutes"] = max(1, round(said["hours"] * 60)) if said["hours"] else 0
        return {name: value for name, value in told.items() if value}


def _initial(rule: Rule) -> dict[str, Any]:
    try:
        return _told(rule, rule.asked, rule.does)
    except UNREADABLE:  # it is shown as broken, and is said anew
        return _told(rule, {}, {})


def _told(rule: Rule, asked: Mapping[str, Any], does: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: "\n".join(asked.get(name, ())) for name in WRITTEN}
    told |= {name: asked.get(name) for name in ("channel", "language", "accounts", "tag")}
    told |= {field: SAID.get(asked.get(name)) for name, field in EITHER.items()}
    told |= {name: getattr(rule, name) for name in ("name", "when", "stops", "is_on")}
    told["of_team"] = rule.of_team_id
    told |= {name: does.get(name) for name in ("team", "person")}
    tags = Tag.objects.select_related("stands_for").in_bulk(does.get("tags", ()))
    told["tags"] = ", ".join(str(tags[n].stands_for or tags[n]) for n in does.get("tags", ()) if n in tags)
    told["hours"] = f"{does['minutes'] / 60:g}" if does.get("minutes") else ""
    return told | {"speak": does.get("language", "")}
