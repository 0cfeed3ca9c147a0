"""The form of a snippet: whose it is, its name, its language and its text."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from odzew.conversations import snippets
from odzew.conversations.snippet import Snippet
from odzew.staff.models import Person, Team

MINE = "mine"


class Text(forms.Form):
    """What is said of one snippet."""

    name = forms.CharField(label=gettext_lazy("Name, by which it is found"), max_length=100)
    place = forms.ChoiceField(label=gettext_lazy("For whom"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("any language")), *settings.LANGUAGES],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}), strip=False
    )

    def __init__(self, snippet: Snippet, person: Person, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(snippet))
        self.snippet, self.person = snippet, person
        teams = Team.objects.all() if person.sees_everything else person.teams.all()
        names = [(str(team.pk), team.name) for team in teams.order_by("name")]
        # Django types every field of a form as the base of all; this one is a choice, as stands above.
        self.fields["place"].choices = [(MINE, _("only for me")), *names]  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Return the text, if every place in it can be filled."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(_("Write the text."))
        if wrong := snippets.unknown(text):
            raise forms.ValidationError(
                _("Nobody can fill in %(wrong)s. In braces only these may stand: %(known)s.")
                % {"wrong": _listed(wrong), "known": _listed(snippets.PLACES)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Return what was said, unless the name is taken where it is to stand."""
        said = super().clean() or {}
        if {"name", "place"} <= said.keys():
            taken = Snippet.objects.filter(
                name=said["name"], language=said.get("language", ""), **self.whose()
            )
            if taken.exclude(pk=self.snippet.pk).exists():
                self.add_error("name", _("There is one of this name and language already. Choose another."))
        return said

    def whose(self) -> dict[str, int | None]:
        """Return whose it is to be."""
        place = self.cleaned_data["place"]
        if place == MINE:
            return {"owner_id": self.person.pk, "team_id": None}
        return {"owner_id": None, "team_id": int(place)}


def _listed(places: Any) -> str:
    return ", ".join(f"{{{place}}}" for place in places)


def _initial(snippet: Snippet) -> dict[str, Any]:
    if snippet._state.adding:
        return {"place": MINE}
    told = {name: getattr(snippet, name) for name in ("name", "language", "text")}
    return told | {"place": str(snippet.team_id) if snippet.team_id else MINE}
