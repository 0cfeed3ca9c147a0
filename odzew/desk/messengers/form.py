"""The forms of messengers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from odzew.channels.models import Account
from odzew.lib.sealing import CannotOpen
from odzew.staff.models import Team

WAYS = [
    ("ask", gettext_lazy("The desk asks Telegram for them (needs no public address)")),
    ("hook", gettext_lazy("Telegram brings them to the address of this desk")),
]


class Messenger(forms.Form):
    """What is said of any messenger. A secret left empty stays as it was."""

    SECRETS: tuple[str, ...] = ()
    SETTINGS: tuple[str, ...] = ()

    name = forms.CharField(
        label=gettext_lazy("Name customers see"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the name of the firm."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that answers"), queryset=Team.objects.order_by("name")
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    asks = forms.BooleanField(label=gettext_lazy("“Did this answer?”"), required=False, initial=True)
    receipts = forms.BooleanField(label=gettext_lazy("Receipts"), required=False, initial=True)

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=self._initial(account))
        self.account = account
        for name in self.SECRETS:
            self.fields[name].required = not kept(account).get(name)
            if kept(account).get(name):
                self.fields[name].widget.attrs["placeholder"] = "••••••••"  # empty leaves it

    def filled(self) -> Account:
        """Return the account as the form says, not saved yet."""
        said, account = self.cleaned_data, self.account
        account.name, account.active = said["name"], said["active"]
        told = {name: said[name] for name in ("asks", "receipts", *self.SETTINGS)}
        account.settings = {**account.settings, **told}
        given = {name: said[name].strip() for name in self.SECRETS if said[name].strip()}
        account.secrets = {**kept(account), **given}
        return account

    @property
    def own(self) -> list[forms.BoundField]:
        """Return the fields of this messenger alone."""
        return [self[name] for name in (*self.SECRETS, *self.SETTINGS)]

    def _initial(self, account: Account) -> dict[str, Any]:
        told = {name: account.settings[name] for name in account.settings if name in self.base_fields}
        team = account.in_charge.team_id if account.pk and hasattr(account, "in_charge") else None
        return {"name": account.name, "active": account.active, **told, "team": team}


def kept(account: Account) -> dict[str, Any]:
    """Return the secrets of an account, none when they were sealed with a key that is gone."""
    try:
        return dict(account.secrets)
    except CannotOpen:
        return {}


class TelegramForm(Messenger):
    """What is said of a Telegram bot."""

    SECRETS = ("token",)
    SETTINGS = ("way",)

    token = forms.CharField(
        label=gettext_lazy("Token of the bot"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("BotFather shows it when you make the bot, or by /token."),
    )
    way = forms.ChoiceField(label=gettext_lazy("How messages come"), choices=WAYS, initial="ask")

    def clean_token(self) -> str:
        """Return the token, unless it has signs that no token has: they would lead to another address."""
        token = str(self.cleaned_data["token"]).strip()
        if token and not token.replace(":", "").replace("-", "").replace("_", "").isalnum():
            raise forms.ValidationError(_("A token is a number, a colon, then letters and digits."))
        return token

    def clean_way(self) -> str:
        """Return the way, if this desk can be reached by it."""
        way = str(self.cleaned_data["way"])
        if way == "hook" and not settings.HTTPS:
            raise forms.ValidationError(
                _("Telegram calls https:// only: set ODZEW_URL to the public address, or let the desk ask.")
            )
        return way


class WhatsAppForm(Messenger):
    """What is said of a WhatsApp number."""

    SECRETS = ("token", "app_secret")
    SETTINGS = ("number", "business")

    token = forms.CharField(
        label=gettext_lazy("Access token"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Of a system user, so that it does not run out; in the Meta Business settings."
        ),
    )
    app_secret = forms.CharField(
        label=gettext_lazy("App secret"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("In the app's settings, under Basic: each message is signed with it."),
    )
    number = forms.RegexField(
        r"^[0-9]{1,30}$",
        label=gettext_lazy("Phone number ID"),
        help_text=gettext_lazy(
            "Not the number itself: what the app’s settings show under WhatsApp, API Setup."
        ),
    )
    business = forms.RegexField(r"^[0-9]{1,30}$", label=gettext_lazy("WhatsApp Business account ID"))

    def clean_token(self) -> str:
        """Return the token, unless it would break the header it stands in."""
        token = str(self.cleaned_data["token"]).strip()
        if token and not (token.isascii() and token.isprintable()):
            raise forms.ValidationError(_("The token holds a sign that no token has."))
        return token


FORMS: dict[str, type[Messenger]] = {"telegram": TelegramForm, "whatsapp": WhatsAppForm}
