"""The settings of a chat: who answers, where it may be shown, what it says, how it goes on by mail."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.desk.webforms.form import CODES, HOST, written
from odzew.staff.models import Team

LONGEST = 60  # minutes; the outbox takes what waits for hours for the fault of a clock
OWN_WORDS = ("widget",)  # in the addresses of chats


class ChatForm(forms.Form):
    """What an administrator says about a chat."""

    slug = forms.SlugField(label=gettext_lazy("Name in the address (/chat/…/)"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Name customers see"), max_length=200)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that answers"), queryset=Team.objects.order_by("name")
    )
    by_mail = forms.ModelChoiceField(
        label=gettext_lazy("Mailbox for who has left"),
        queryset=Account.objects.filter(channel="email").order_by("name"),
        help_text=gettext_lazy("An answer nobody has seen goes by it, if the visitor gave an address."),
    )
    patience = forms.IntegerField(
        label=gettext_lazy("Minutes until it goes by mail"),
        min_value=1,
        max_value=LONGEST,
        initial=chats.PATIENCE,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the window"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: those of your brand."),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    takes_files = forms.BooleanField(label=gettext_lazy("Files"), required=False, initial=True)
    origins = forms.CharField(
        label=gettext_lazy("Sites that may show it, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example.com"}),
    )

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(account))
        self.account = account
        for code in CODES:
            self.fields[f"greeting_{code}"] = forms.CharField(
                label=code.upper(),
                max_length=300,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean_slug(self) -> str:
        """Return the slug, if nothing else has it."""
        slug = str(self.cleaned_data["slug"]).lower()
        taken = Account.objects.filter(address=slug).exclude(pk=self.account.pk).exists()
        if taken or slug in OWN_WORDS:
            raise forms.ValidationError(_("A form or a chat has this name already."))
        return slug

    def clean_origins(self) -> list[str]:
        """Return the sites, each as scheme and host alone."""
        sites = [line.strip().rstrip("/").lower() for line in self.cleaned_data["origins"].splitlines()]
        for site in filter(None, sites):
            if not HOST.fullmatch(site):
                raise forms.ValidationError(
                    _("Write %(host)s as https:// and the name of the site.") % {"host": site}
                )
        return list(dict.fromkeys(filter(None, sites)))

    @property
    def greetings(self) -> Iterator[forms.BoundField]:
        """Yield what the window says first, a language each."""
        return (self[f"greeting_{code}"] for code in CODES)

    def filled(self) -> Account:
        """Return the account as the form says, not saved yet."""
        said, account = self.cleaned_data, self.account
        account.name, account.address, account.active = said["name"], said["slug"], said["active"]
        account.settings = {
            "greeting": written(said, "greeting"),
            "languages": said["languages"],
            "origins": said["origins"],
            "by_mail": said["by_mail"].pk,
            "patience": said["patience"],
            "files": said["takes_files"],
            "asks": False,
        }
        return account


def _initial(account: Account) -> dict[str, Any]:
    if account._state.adding:
        return {}
    said = chats.chat(account.settings)
    greetings = {f"greeting_{code}": words for code, words in said.greeting.items()}
    return greetings | {
        "slug": account.address,
        "name": account.name,
        "team": account.in_charge.team_id if hasattr(account, "in_charge") else None,
        "active": account.active,
        "by_mail": said.by_mail,
        "patience": int(said.patience.total_seconds() // 60),
        "languages": said.languages,
        "takes_files": said.files,
        "origins": "\n".join(said.origins),
    }
