"""The form of a webhook."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from odzew.desk.webhooks.words import EVENTS
from odzew.lib import outward
from odzew.webhooks.events import TYPES
from odzew.webhooks.models import Webhook


class WebhookForm(forms.Form):
    """What is said of one webhook."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("Address that is called"),
        max_length=1_000,
        widget=forms.URLInput(),
        help_text=gettext_lazy("https only; a host of your own network has to be allowed in the settings."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"),
        choices=[(one, EVENTS[one]) for one in EVENTS if one in TYPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, hook: Webhook | None, data: Mapping[str, Any] | None = None) -> None:
        told = {name: getattr(hook, name) for name in ("name", "url", "types", "active")} if hook else {}
        super().__init__(data, initial=told)

    def clean_url(self) -> str:
        """Return the address, unless it is none we call."""
        url = str(self.cleaned_data["url"])
        if not outward.is_https(url):
            raise forms.ValidationError(_("The address must begin with https:// and name a server."))
        return url
