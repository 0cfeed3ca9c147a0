"""The form of a signature: whose it is, for which language, and its text."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from odzew.channels.models import Account
from odzew.conversations import signing
from odzew.conversations.signature import Signature
from odzew.desk.mailboxes.state import visible
from odzew.language import quotes
from odzew.staff.models import Person, Team

MINE = "mine"
LINES = 20
SAID = "Good morning."


class Text(forms.Form):
    """What is said of one signature."""

    place = forms.ChoiceField(label=gettext_lazy("Under whose replies"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the customer"),
        choices=[("", gettext_lazy("any language")), *settings.LANGUAGES],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 7}), strip=False
    )

    def __init__(self, signature: Signature, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(signature))
        self.signature, self.person = signature, person
        # Django types every field of a form as the base of all; this one is a choice, as stands above.
        place: Any = self.fields["place"]
        place.choices = _places(person)

    def clean_text(self) -> str:
        """Return the text, if it can be filled in and is read as a signature by whoever gets it."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip("\n").rstrip()
        if not text.strip():
            raise forms.ValidationError(_("Write the text."))
        if wrong := signing.unknown(text):
            raise forms.ValidationError(
                _("Nobody can fill in %(wrong)s. In braces only these may stand: %(known)s.")
                % {"wrong": listed(wrong), "known": listed(signing.PLACES)}
            )
        if text.count("\n") >= LINES:
            raise forms.ValidationError(_("At most %(lines)d lines.") % {"lines": LINES})
        if quotes.read(f"{SAID}\n\n-- \n{text}").reply != SAID:
            raise forms.ValidationError(
                _("This would be read as a part of the reply. Leave out postscripts, quotes and rules.")
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Return what was said, unless one stands there already."""
        said = super().clean() or {}
        if "place" in said:
            taken = Signature.objects.filter(language=said.get("language", ""), **self.whose())
            if taken.exclude(pk=self.signature.pk).exists():
                self.refuse_second()
        return said

    def refuse_second(self) -> None:
        """Say that there is one for the place and the language."""
        self.add_error("place", _("There is one for this place and language already: change that one."))

    def whose(self) -> dict[str, Any]:
        """Return under whose replies it is to stand."""
        kind, _dash, number = self.cleaned_data["place"].partition("-")
        return {
            "owner_id": self.person.pk if kind == MINE else None,
            "team_id": int(number) if kind == "team" else None,
            "account_id": int(number) if kind in ("mailbox", "legal") else None,
            "is_legal": kind == "legal",
        }


def listed(places: Any) -> str:
    """Return places as they are written in a text."""
    return ", ".join(f"{{{place}}}" for place in places)


def teams(person: Person) -> "QuerySet[Team]":
    """Return the teams for which a person may write one."""
    rows = Team.objects.all() if person.sees_everything else person.teams.all()
    return rows.order_by("name") if person.may_manage else rows.none()


def mailboxes(person: Person) -> "QuerySet[Account]":
    """Return the mailboxes for which a person may write one."""
    rows = visible(person).order_by("name", "pk")
    return rows if person.may_manage else rows.none()


def place(signature: Signature) -> str:
    """Return the choice that says where a signature stands."""
    if signature.account_id:
        return f"{'legal' if signature.is_legal else 'mailbox'}-{signature.account_id}"
    return f"team-{signature.team_id}" if signature.team_id else MINE


def _places(person: Person) -> list[tuple[str, Any]]:
    own = [(MINE, _("mine"))]
    of_teams = [(f"team-{team.pk}", team.name) for team in teams(person)]
    boxes = list(mailboxes(person))
    of_boxes = [(f"mailbox-{box.pk}", box.address) for box in boxes]
    legal = [(f"legal-{box.pk}", box.address) for box in boxes]
    groups = [
        (_("of a team, unless somebody has an own one"), of_teams),
        (_("of a mailbox, unless its team has one"), of_boxes),
        (_("below every reply of a mailbox: what the law asks for"), legal),
    ]
    return [*own, *((name, group) for name, group in groups if group)]


def _initial(signature: Signature) -> dict[str, Any]:
    return {"place": place(signature), "language": signature.language, "text": signature.text}
