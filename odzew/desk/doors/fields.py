"""The fields by which an administrator says whether, how often and by which way a door is tried."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from odzew.channels.models import Account
from odzew.desk import moments
from odzew.probes import plan

WAYS = [
    ("server", _("its SMTP server, as a mail from outside goes")),
    ("door", _("the SMTP door of this desk")),
]


class Tried(forms.Form):
    """How a door is tried; mixed into the form of the door."""

    probe_on = forms.BooleanField(label=_("Try this door"), required=False)
    probe_minutes = forms.TypedChoiceField(label=_("How often"), coerce=int, required=False)
    probe_way = forms.ChoiceField(label=_("By"), choices=WAYS, required=False)

    def offer(self, account: Account) -> None:
        """Show how the door is tried now; a new one is tried unless somebody says no."""
        said = account.settings.get("probe") or {}
        choices = [(n, moments.span(timedelta(minutes=n))) for n in plan.EVERY]
        minutes: Any = self.fields["probe_minutes"]  # Django types every field of a form as the base of all
        minutes.choices = choices
        self.initial["probe_on"] = bool(said.get("on")) if account.pk else True
        self.initial["probe_minutes"] = said.get("minutes") or plan.USUAL
        self.initial["probe_way"] = said.get("way") or "server"
        if account.channel == "webform":
            del self.fields["probe_way"]

    def tried(self) -> dict[str, Any]:
        """Return what the settings of the account keep of it."""
        said = self.cleaned_data
        return {
            "on": said["probe_on"],
            "minutes": said["probe_minutes"] or plan.USUAL,
            "way": said.get("probe_way") or "server",
        }
