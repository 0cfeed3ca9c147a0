"""The fields of a form as a customer fills them in; every error says what to do."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from odzew.channels.forms import Form, Question, word
from odzew.lib.plain import one_line, plain
from odzew.lib.taxid import kinds
from odzew.portal.letters import FILES_AT_MOST, TEXT_AT_MOST

FILES = "files"
OWN = "q-"


class Many(forms.FileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of files; what is asked of them is asked of all together (`Asked.clean`)."""

    def clean(self, data: Any, initial: Any = None) -> None:
        """Take them as they are."""


class Nip(forms.CharField):
    """A Polish tax number, with or without marks between its digits."""

    def clean(self, value: Any) -> str:
        """Return its ten digits.

        :raises ValidationError: when the last digit does not fit the others
        """
        said = str(super().clean(value)).replace("–", "-")
        if said and "NIP" not in kinds(said):
            raise forms.ValidationError(
                _("This is no valid tax number. Look at its ten digits again; one may be wrong or missing.")
            )
        return re.sub(r"\D", "", said)


class Asked(forms.Form):
    """One form in one language."""

    def __init__(
        self,
        asks: Form,
        language: str,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
    ) -> None:
        super().__init__(data, files)
        self.asks, self.language = asks, language
        self.fields.update(_usual())
        for question in asks.questions:
            self.fields[OWN + question.key] = _field(question, language)
        if asks.files:
            self.fields[FILES] = Files(label=_("Files (20 MB at most)"), required=False, widget=Many())
        if agreed := word(asks.consent, language):
            told = {"required": _("Tick this, or we may not work on your message.")}
            self.fields["consent"] = forms.BooleanField(label=agreed, error_messages=told)

    def clean_message(self) -> str:
        """Return the message, if it says anything."""
        message = str(self.cleaned_data["message"])
        if not message.strip():
            raise forms.ValidationError(self.fields["message"].error_messages["required"])
        return message

    def clean(self) -> dict[str, Any]:
        """Return what was said, if its files are not too large together."""
        said = super().clean() or {}
        if sum(file.size or 0 for file in self.sent) > FILES_AT_MOST:
            self.add_error(
                FILES, _("Together the files are larger than 20 MB. Choose fewer or smaller ones.")
            )
        return said

    @property
    def sent(self) -> "list[UploadedFile[bytes]]":
        """Return the files that came along."""
        given: list[UploadedFile[bytes]] = []
        if FILES in self.fields and isinstance(self.files, MultiValueDict):
            given = self.files.getlist(FILES)
        return given

    @property
    def boxes(self) -> Iterator[forms.BoundField]:
        """Yield the fields that have a place of their own on the page."""
        return (field for field in self if field.name != "consent")

    def own(self) -> list[dict[str, str]]:
        """Return what was answered to the form's own questions, under the words the customer saw."""
        pairs = ((q, self.cleaned_data.get(OWN + q.key)) for q in self.asks.questions)
        said = [
            (word(q.label, self.language), _written(q, str(value)))
            for q, value in pairs
            if value not in (None, "")
        ]
        return [{"label": label, "value": value} for label, value in said]


def _usual() -> dict[str, forms.Field]:
    mail = _("Enter your mail address, such as name@example.com: the answer goes there.")
    long = _("That is too long: at most 50 000 characters.")
    return {
        "mail": forms.EmailField(
            label=_("Your mail address"),
            help_text=_("The answer goes there."),
            max_length=320,
            error_messages={"required": mail, "invalid": mail, "max_length": mail},
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        ),
        "name": forms.CharField(
            label=_("Your name"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        "subject": forms.CharField(label=_("What it is about"), required=False, max_length=300),
        "message": forms.CharField(
            label=_("Your message"),
            max_length=TEXT_AT_MOST,
            strip=False,
            error_messages={"required": _("Write what you need from us."), "max_length": long},
            widget=forms.Textarea(attrs={"rows": 7}),
        ),
    }


def _field(question: Question, language: str) -> forms.Field:
    label = word(question.label, language)
    field = _of_kind(question, language)
    field.label, field.help_text, field.required = label, word(question.why, language), question.required
    field.widget.is_required = question.required
    field.error_messages["required"] = _("Fill in “%(label)s”.") % {"label": label}
    return field


def _of_kind(question: Question, language: str) -> forms.Field:
    match question.kind:
        case "long":
            return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
        case "choice":
            words = [word(choice, language) for choice in question.choices]
            return forms.ChoiceField(
                choices=[("", _("choose…")), *((one, one) for one in words)],
                error_messages={"invalid_choice": _("Choose one of the list.")},
            )
        case "number":
            wrong = {"invalid": _("Enter a number in digits.")}
            return forms.DecimalField(
                max_digits=20,
                localize=False,
                error_messages=wrong,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        case "date":
            wrong = {"invalid": _("Enter a day as year-month-day, such as 2026-03-31.")}
            return forms.DateField(
                input_formats=["%Y-%m-%d", "%d.%m.%Y"],
                error_messages=wrong,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            )
        case "nip":
            return Nip(max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
        case _:
            return forms.CharField(max_length=500)


def _written(question: Question, said: str) -> str:
    return plain(said).replace("\r\n", "\n") if question.kind == "long" else one_line(said)
