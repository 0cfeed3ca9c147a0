"""The form of a mailbox: where its mail is read, and where it is handed in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from odzew.channels.models import Account
from odzew.desk.doors.fields import Tried
from odzew.lib.sealing import CannotOpen
from odzew.staff.models import Team

SECURITY = [
    ("tls", _("TLS (the usual)")),
    ("starttls", _("STARTTLS")),
    ("none", _("none: only for a server on this machine")),
]
PARTS = ("imap", "smtp")
USUAL_PORTS = {"imap_port": "993 · 143", "smtp_port": "465 · 587"}
PASSWORDS = ("imap_password", "smtp_password")


class Mailbox(Tried):
    """What an administrator says about a mailbox. A password left empty stays as it was."""

    name = forms.CharField(
        label=_("Name customers see"),
        max_length=200,
        required=False,
        help_text=_("Empty: the name of the firm."),
    )
    address = forms.EmailField(label=_("Mail address"), max_length=320)
    team = forms.ModelChoiceField(label=_("Team that answers"), queryset=Team.objects.order_by("name"))
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    asks = forms.BooleanField(label=_("“Did this answer?”"), required=False, initial=True)
    imap_host = forms.CharField(label=_("IMAP server"), max_length=255, required=False)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    imap_security = forms.ChoiceField(label=_("Security"), choices=SECURITY)
    imap_user = forms.CharField(label=_("User"), max_length=320, required=False)
    imap_password = forms.CharField(label=_("Password"), required=False, widget=forms.PasswordInput)
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=255, required=False)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    smtp_security = forms.ChoiceField(label=_("Security"), choices=SECURITY)
    smtp_user = forms.CharField(label=_("User"), max_length=320, required=False)
    smtp_password = forms.CharField(label=_("Password"), required=False, widget=forms.PasswordInput)

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(account))
        self.account = account
        self.offer(account)
        for name, usual in USUAL_PORTS.items():
            self.fields[name].widget.attrs["placeholder"] = usual
        for name in _passwords(account):
            self.fields[name].widget.attrs["placeholder"] = "••••••••"  # one is kept; empty leaves it

    def clean_address(self) -> str:
        """Return the address in small letters, if no other mailbox has it."""
        address = str(self.cleaned_data["address"]).lower()
        if Account.objects.filter(address=address).exclude(pk=self.account.pk).exists():
            raise forms.ValidationError(_("Another mailbox has this address already."))
        return address

    def clean(self) -> dict[str, Any]:
        """Ask for the password again when it would go to another server, or in the clear."""
        for part in PARTS:
            kept = f"{part}_password" in _passwords(self.account)
            given = self.cleaned_data.get(f"{part}_password")
            if (
                kept
                and not given
                and any(self._differs(part, field) for field in ("host", "user", "security"))
            ):
                self.add_error(
                    f"{part}_password", _("Enter the password again: it would go to another server.")
                )
        return self.cleaned_data

    def _differs(self, part: str, field: str) -> bool:
        before = (self.account.settings.get(part) or {}).get(field) or ""
        return bool(before) and (self.cleaned_data.get(f"{part}_{field}") or "") not in (before, "")

    def filled(self) -> Account:
        """Return the account as the form says, not saved yet."""
        said = self.cleaned_data
        self.account.name, self.account.address = said["name"], said["address"]
        self.account.active = said["active"]
        servers = {part: self._server(part) for part in PARTS}
        more = {"asks": said["asks"], "probe": self.tried()}
        self.account.settings = {**self.account.settings, **servers, **more}
        self.account.secrets = self._secrets()
        return self.account

    @property
    def imap(self) -> list[forms.BoundField]:
        """Return the fields of the server mail is read from."""
        return [self[name] for name in self.fields if name.startswith("imap")]

    @property
    def smtp(self) -> list[forms.BoundField]:
        """Return the fields of the server mail is handed to."""
        return [self[name] for name in self.fields if name.startswith("smtp")]

    def _server(self, part: str) -> dict[str, Any]:
        fields = ("host", "port", "security", "user")
        said = {field: self.cleaned_data[f"{part}_{field}"] or "" for field in fields}
        # What the form does not ask for (a folder, where reading began) stays as it was.
        return {**(self.account.settings.get(part) or {}), **said}

    def _secrets(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in PASSWORDS}
        return _kept(self.account) | {name: password for name, password in given.items() if password}


def _kept(account: Account) -> dict[str, Any]:
    try:
        return dict(account.secrets)
    except CannotOpen:  # sealed with a key that is gone; whoever fills in the form enters them again
        return {}


def _passwords(account: Account) -> list[str]:
    return [name for name in PASSWORDS if _kept(account).get(name)]


def _initial(account: Account) -> dict[str, Any]:
    values: dict[str, Any] = {"name": account.name, "address": account.address, "active": account.active}
    values["asks"] = account.settings.get("asks", True)
    if account.pk and hasattr(account, "in_charge"):
        values["team"] = account.in_charge.team_id
    for part in PARTS:
        for field, value in (account.settings.get(part) or {}).items():
            values[f"{part}_{field}"] = value
    return values
