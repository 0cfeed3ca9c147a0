"""The form of a line."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext as _, gettext_lazy

from odzew.calls import door
from odzew.channels.models import Account
from odzew.conversations.call import Line
from odzew.lib import standard_webhooks, telephone
from odzew.staff.models import Person, Team

PLACES = 100
EXCHANGE = ("host", "port", "security", "user", "trunks")  # of a line that is listened to
REACHED = ("host", "port", "security", "user")  # to whom the secret is said, and how
SECURITY = [("none", gettext_lazy("none: only within your own network")), ("tls", "TLS")]


class LineForm(forms.Form):
    """What is said of one line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    slug = forms.CharField(
        label=gettext_lazy("Its word in the address"), max_length=60, validators=[validate_slug]
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Line.Kind.choices)
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=32,
        help_text=gettext_lazy("With its country, as +48 22 123 45 67."),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Team"),
        help_text=gettext_lazy("It owes the calls nobody answered."),
    )
    account = forms.ModelChoiceField(
        Account.objects.none(),
        label=gettext_lazy("Mailbox of its customers"),
        help_text=gettext_lazy("By it they are answered in writing."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret it signs with"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Empty: the one that is kept; of a new line one is made and shown once."),
    )
    host = forms.CharField(
        label=gettext_lazy("Server of the exchange"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("A name or an address, in your own network too."),
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        required=False,
        min_value=1,
        max_value=65_535,
        help_text=gettext_lazy("Empty: 5038, or 5039 with TLS."),
    )
    security = forms.ChoiceField(label=gettext_lazy("Security"), choices=SECURITY, required=False)
    user = forms.CharField(label=gettext_lazy("User"), max_length=100, required=False)
    trunks = forms.CharField(
        label=gettext_lazy("Channels to the world"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "As Asterisk names them, for example PJSIP/carrier; separate several by spaces."
        ),
    )
    places = forms.CharField(
        label=gettext_lazy("Who is where"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text=gettext_lazy(
            "One a line: an extension or number, then the mail address of a colleague. Then the history"
            " says who spoke. Twilio rings the numbers with a country, ten at most."
        ),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, line: Line, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(line))
        self.line = line
        # Django types every field of a form as the base of all; these are choices of rows.
        team: Any = self.fields["team"]
        team.queryset = Team.objects.order_by("name")
        account: Any = self.fields["account"]
        account.queryset = Account.objects.filter(channel="email").order_by("name", "pk")

    def clean_slug(self) -> str:
        """Return the word, unless another line has it."""
        slug = str(self.cleaned_data["slug"]).lower()
        if Line.objects.filter(slug=slug).exclude(pk=self.line.pk).exists():
            raise forms.ValidationError(_("Another line has this word. Choose another."))
        return slug

    def clean_number(self) -> str:
        """Return the number in E.164, unless it is none."""
        number = telephone.number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("This is no telephone number with its country."))
        return number

    def clean_places(self) -> dict[str, int]:
        """Return who is where, by extension or number."""
        said = [words for line in self.cleaned_data["places"].splitlines() if (words := line.split())]
        if len(said) > PLACES or any(len(words) != 2 for words in said):
            raise forms.ValidationError(_("Write one a line: 101 jan@example.com"))
        people = _people(words[1] for words in said)
        if unknown := [words[1] for words in said if words[1].lower() not in people]:
            told = _("Nobody here has the address %(address)s.")
            raise forms.ValidationError(told % {"address": unknown[0]})
        return {_place(words[0]): people[words[1].lower()] for words in said}

    def clean(self) -> dict[str, Any]:
        """Return what was said, unless the secret cannot be the line's."""
        said = super().clean() or {}
        if said.get("kind") == Line.Kind.ASTERISK:
            for name in ("host", "user", "trunks"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed: the desk cannot listen to Asterisk without it."))
        if fault := self._fault(said.get("kind", ""), said.get("secret", "")):
            self.add_error("secret", fault)
        return said

    def _fault(self, kind: str, secret: str) -> str:
        if kind == Line.Kind.TWILIO and not secret and self.line.kind != kind:
            return _("Twilio signs with the Auth Token of the account, on its console. Copy it here.")
        if kind == Line.Kind.ASTERISK and not secret and self.line.kind != kind:
            return _("It is the secret of the user in manager.conf. Copy it here.")
        if kind == Line.Kind.ASTERISK and any(sign in secret for sign in "\r\n"):
            return _("A secret of Asterisk has no line breaks.")
        if kind == Line.Kind.ASTERISK and not secret and self._goes_elsewhere():
            return _("Enter the secret again: it would go to another server.")
        if kind == Line.Kind.GENERIC and secret and not standard_webhooks.is_standard(secret):
            return _("Such a secret is whsec_ and Base64 of at least 24 bytes. Leave it empty: one is made.")
        return ""

    def _goes_elsewhere(self) -> bool:
        """Return whether the kept secret would be said to another than it was given for, or in the clear."""
        said, before = self.cleaned_data, self.line.exchange
        return any((said.get(name) or "") != (before.get(name) or "") for name in REACHED)

    def keep(self) -> str:
        """Set what was said, and return a secret that was made for it, or nothing."""
        line, said = self.line, self.cleaned_data
        made = "" if said["secret"] or line.kind == said["kind"] else standard_webhooks.new_secret()
        for name in ("name", "slug", "kind", "number", "team", "account", "places", "active"):
            setattr(line, name, said[name])
        if line.kind == Line.Kind.ASTERISK:
            line.exchange = {name: said[name] for name in EXCHANGE}
        if secret := said["secret"] or made:
            line.secret = door.sealed(secret)
        return made


def _people(addresses: Iterable[str]) -> dict[str, int]:
    wanted = {address.lower() for address in addresses}
    return dict(Person.objects.filter(email__in=wanted, is_active=True).values_list("email", "pk"))


def _place(said: str) -> str:
    """Return a number in E.164, and an extension as it is."""
    return telephone.number(said) or said[:64]


def _initial(line: Line) -> dict[str, Any]:
    if line._state.adding:
        return {}
    told = {name: getattr(line, name) for name in ("name", "slug", "kind", "number", "active")}
    people = dict(Person.objects.filter(pk__in=line.places.values()).values_list("pk", "email"))
    places = [f"{place} {people[at]}" for place, at in line.places.items() if at in people]
    told |= {name: line.exchange.get(name, "") for name in EXCHANGE}
    return told | {"team": line.team_id, "account": line.account_id, "places": "\n".join(places)}
