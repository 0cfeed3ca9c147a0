"""The settings of a web form: its words in four languages, its questions, who answers, who may show it."""

import re
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from odzew.channels.forms import KINDS
from odzew.channels.models import Account
from odzew.desk.doors.fields import Tried
from odzew.staff.models import Team

CODES = [code for code, _name in settings.LANGUAGES]
HOST = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
KIND_NAMES = {
    "text": gettext_lazy("one line"),
    "long": gettext_lazy("several lines"),
    "choice": gettext_lazy("choice"),
    "number": gettext_lazy("number"),
    "date": gettext_lazy("day"),
    "nip": gettext_lazy("tax number (NIP)"),
}


class Webform(Tried):
    """What an administrator says about a form, without its questions."""

    slug = forms.SlugField(label=gettext_lazy("Name in the address (/form/…/)"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Name customers see"), max_length=200)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that answers"), queryset=Team.objects.order_by("name")
    )
    answers_by = forms.ModelChoiceField(
        label=gettext_lazy("Mailbox that sends the answers"),
        queryset=Account.objects.filter(channel="email").order_by("name"),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False)
    takes_files = forms.BooleanField(label=gettext_lazy("Files"), required=False)
    hosts = forms.CharField(
        label=gettext_lazy("Sites that may show it, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example.com"}),
    )

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(account))
        self.account = account
        self.offer(account)
        for code in CODES:
            self.fields[f"title_{code}"] = forms.CharField(label=code.upper(), max_length=120, required=False)
            for many in ("intro", "consent"):
                self.fields[f"{many}_{code}"] = forms.CharField(
                    label=code.upper(),
                    max_length=1000,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def clean_slug(self) -> str:
        """Return the slug, if no other form has it."""
        slug = str(self.cleaned_data["slug"]).lower()
        if Account.objects.filter(address=slug).exclude(pk=self.account.pk).exists():
            raise forms.ValidationError(_("Another form has this name already."))
        return slug

    def clean_hosts(self) -> list[str]:
        """Return the sites, each as scheme and host alone."""
        hosts = [line.strip().rstrip("/").lower() for line in self.cleaned_data["hosts"].splitlines()]
        for host in filter(None, hosts):
            if not HOST.fullmatch(host):
                raise forms.ValidationError(
                    _("Write %(host)s as https:// and the name of the site.") % {"host": host}
                )
        return list(dict.fromkeys(filter(None, hosts)))

    def clean(self) -> dict[str, Any]:
        """Return what was said, if the form has a name in some language."""
        said = super().clean() or {}
        if not any(said.get(f"title_{code}") for code in CODES):
            self.add_error("title_" + CODES[0], _("Write what it is called, in one language at least."))
        return said

    def words(self, what: str) -> Iterator[forms.BoundField]:
        """Yield the fields of one text, a language each."""
        return (self[f"{what}_{code}"] for code in CODES)

    @property
    def titles(self) -> Iterator[forms.BoundField]:
        """Yield what it is called."""
        return self.words("title")

    @property
    def intros(self) -> Iterator[forms.BoundField]:
        """Yield what stands above it."""
        return self.words("intro")

    @property
    def consents(self) -> Iterator[forms.BoundField]:
        """Yield what is agreed to."""
        return self.words("consent")

    def filled(self, questions: list[dict[str, Any]]) -> Account:
        """Return the account as the form says, not saved yet."""
        said, account = self.cleaned_data, self.account
        account.name, account.address, account.active = said["name"], said["slug"], said["active"]
        account.settings = {
            **{what: written(said, what) for what in ("title", "intro", "consent")},
            "answers_by": said["answers_by"].pk,
            "files": said["takes_files"],
            "hosts": said["hosts"],
            "questions": questions,
            "probe": self.tried(),
        }
        return account


class Asks(forms.Form):
    """One question of a form; a line without words is left out."""

    key = forms.SlugField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind, KIND_NAMES[kind]) for kind in KINDS])
    required = forms.BooleanField(label=gettext_lazy("must be filled in"), required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices, one a line: PL | UK | RU | EN, or one word for all"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for what, name in (("label", _("Question")), ("why", _("What it is used for"))):
            for code in CODES:
                self.fields[f"{what}_{code}"] = forms.CharField(
                    label=f"{name} ({code.upper()})", max_length=200, required=False
                )

    @property
    def words(self) -> Iterator[forms.BoundField]:
        """Yield the question and its reason in each language."""
        return (self[f"{what}_{code}"] for what in ("label", "why") for code in CODES)

    def asked(self) -> dict[str, Any] | None:
        """Return the question as it is kept; None when nothing is asked."""
        said = self.cleaned_data
        label = written(said, "label")
        if not label:
            return None
        return {
            "key": said["key"] or token_hex(4),
            "kind": said["kind"],
            "required": said["required"],
            "label": label,
            "why": written(said, "why"),
            "choices": [_choice(line) for line in said["choices"].splitlines() if line.strip()],
        }


Questions = forms.formset_factory(Asks, extra=2, max_num=40, absolute_max=40)


def lines(account: Account) -> list[dict[str, Any]]:
    """Return the questions of an account as the fields show them."""
    return [_line(asked) for asked in account.settings.get("questions", ())]


def written(said: Mapping[str, Any], what: str) -> dict[str, str]:
    """Return the words of one text by language, without those that are not written."""
    return {code: said[f"{what}_{code}"] for code in CODES if said.get(f"{what}_{code}")}


def _choice(line: str) -> dict[str, str]:
    words = [word.strip() for word in line.split("|")]
    words = words * len(CODES) if len(words) == 1 else words
    return {code: word for code, word in zip(CODES, words, strict=False) if word}


def _line(asked: Mapping[str, Any]) -> dict[str, Any]:
    choices = [" | ".join(choice.get(code, "") for code in CODES) for choice in asked.get("choices", ())]
    kept = {name: asked.get(name) for name in ("key", "kind", "required")}
    return {**kept, **_spread("label", asked), **_spread("why", asked), "choices": "\n".join(choices)}


def _spread(what: str, kept: Mapping[str, Any]) -> dict[str, str]:
    return {f"{what}_{code}": words for code, words in (kept.get(what) or {}).items()}


def _initial(account: Account) -> dict[str, Any]:
    kept = account.settings
    team = account.in_charge.team_id if account.pk and hasattr(account, "in_charge") else None
    return {
        "slug": account.address,
        "name": account.name,
        "team": team,
        "active": account.active,
        "answers_by": kept.get("answers_by"),
        "takes_files": kept.get("files", True),
        "hosts": "\n".join(kept.get("hosts", ())),
        **_spread("title", kept),
        **_spread("intro", kept),
        **_spread("consent", kept),
    }
