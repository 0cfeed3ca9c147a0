"""The form of the brand: name, colour, logo, languages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from odzew.lib import colour, picture
from odzew.lib.picture import Picture
from odzew.staff.brand import Brand

LANGUAGES = [(code, name.capitalize()) for code, name in settings.LANGUAGES]


class Look(forms.Form):
    """What an administrator says of how the firm shows itself."""

    name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=200, required=False)
    accent = forms.CharField(
        label=gettext_lazy("Colour"),
        max_length=7,
        required=False,
        help_text=gettext_lazy("As #rrggbb. Empty: the green of Odzew."),
        widget=forms.TextInput(
            attrs={"placeholder": "#0b6653", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 300 kB and 1600 pixels wide and high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages offered to customers"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Offer at least one language.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language for whoever speaks none of them"), choices=LANGUAGES
    )

    def __init__(self, brand: Brand, data: Mapping[str, Any] | None = None, files: Any = None) -> None:
        super().__init__(data, files, initial=_initial(brand))
        self.brand = brand

    def clean_accent(self) -> str:
        """Return the colour in small letters."""
        said = str(self.cleaned_data["accent"]).strip().lower()
        if said and colour.parse(said) is None:
            raise forms.ValidationError(_("Write the colour as # and six digits or letters a–f: #0b6653."))
        return said

    def clean_logo(self) -> Picture | None:
        """Return the picture, made of what is known of its bytes only."""
        given = self.cleaned_data["logo"]
        if not given:
            return None
        try:
            return picture.read(given.read(picture.BYTES + 1))
        except picture.TooLarge:
            raise forms.ValidationError(
                _("The picture is too large: at most 300 kB and 1600 pixels wide and high.")
            ) from None
        except picture.NoPicture:
            raise forms.ValidationError(
                _("This is no whole PNG, JPEG or WebP. Save it anew as PNG without interlacing, or as JPEG.")
            ) from None

    def clean(self) -> dict[str, Any]:
        """Return what was said, unless nobody could read the pages."""
        said = super().clean() or {}
        if {"languages", "language"} <= said.keys() and said["language"] not in said["languages"]:
            self.add_error("language", _("Choose one of the languages you offer."))
        return said

    def filled(self) -> Brand:
        """Return the brand as the form says, as far as it can be read; not saved yet."""
        said = self.cleaned_data
        shown = self.brand
        for name in ("name", "accent", "language"):
            setattr(shown, name, said.get(name, getattr(shown, name)))
        chosen = said.get("languages", shown.languages)
        shown.languages = [] if len(chosen) == len(LANGUAGES) else list(chosen)
        if said.get("logo") or said.get("without_logo"):
            shown.show(said.get("logo"))
        return shown


def _initial(brand: Brand) -> dict[str, Any]:
    return {
        "name": brand.name,
        "accent": brand.accent,
        "languages": list(brand.offered),
        "language": brand.language or brand.spoken(),
    }
