"""What the firm wants to know of its customers: a manager names it and says what may be said of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, gettext_lazy as _

from odzew.conversations import fact, own_field
from odzew.conversations.fact import Fact
from odzew.conversations.own_field import OwnField
from odzew.desk.drawn import drawn
from odzew.desk.person import managing
from odzew.lib.plain import one_line
from odzew.staff import acts

LONGEST: int = Fact._meta.get_field("value").max_length or 0


class OwnFieldForm(forms.Form):
    """One field: its name, its type, and what is on its list."""

    name = forms.CharField(label=_("Name"), max_length=60, strip=True)
    type = forms.ChoiceField(
        label=_("Type of value"),
        choices=OwnField.Type.choices,
        help_text=_("It cannot be changed later."),
    )
    choices = forms.CharField(
        label=_("The list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in each line; of “One of a list” only."),
    )
    is_offered = forms.BooleanField(label=_("To be filled in"), required=False)

    def __init__(self, row: OwnField, data: Mapping[str, Any] | None = None) -> None:
        initial = {"name": row.name, "type": row.type, "choices": "\n".join(row.choices)}
        super().__init__(data, initial=initial | {"is_offered": row.is_offered})
        self.row, self.fields["type"].disabled = row, row.pk is not None

    def clean_name(self) -> str:
        """Refuse a name that another has, however its letters are written."""
        name = one_line(self.cleaned_data["name"])
        other = own_field.called(name)
        if other is not None and other.pk != self.row.pk:
            raise forms.ValidationError(gettext("There is a field of this name."))
        return name

    def clean_choices(self) -> list[str]:
        """Return what is on the list, each once."""
        said = list(dict.fromkeys(filter(None, map(one_line, self.cleaned_data["choices"].splitlines()))))
        if any(len(one) > LONGEST for one in said):
            raise forms.ValidationError(gettext("At most %(count)d letters in a line.") % {"count": LONGEST})
        return said

    def clean(self) -> dict[str, Any]:
        """Refuse a list of nothing."""
        said = super().clean() or {}
        if said.get("type") == OwnField.Type.CHOICE and not said.get("choices"):
            self.add_error("choices", gettext("Say what is on the list."))
        return said


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """List the fields."""
    managing(request)
    rows = OwnField.objects.order_by("-is_offered", "name")
    return drawn(request, "desk/customers/own_fields.html", {"fields": list(rows)})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a field."""
    managing(request)
    return _edit(request, OwnField())


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a field."""
    managing(request)
    return _edit(request, get_object_or_404(OwnField, pk=number))


def _edit(request: HttpRequest, row: OwnField) -> HttpResponse:
    before = row.name
    form = OwnFieldForm(row, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "row": row, "before": before}
        return drawn(request, "desk/customers/own_field.html", context, status=422 if form.errors else 200)
    for name, value in form.cleaned_data.items():
        setattr(row, name, value)
    fact.rename(row, before)
    acts.tell(number=row.pk)
    messages.success(request, gettext("Kept."))
    return redirect("customer-fields")
