"""The form of a new token."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from odzew.staff.models import Person
from odzew.staff.token import Scope

SCOPES = {
    Scope.BOOKS_READ: _("read what is owed, and the balance"),
    Scope.CONVERSATIONS_READ: _("read conversations"),
    Scope.CONVERSATIONS_WRITE: _("write notes and book promises"),
    Scope.CUSTOMERS_READ: _("read customers, and whether they may be written to"),
    Scope.CUSTOMERS_WRITE: _("note what is known of customers"),
    Scope.MESSAGES_WRITE: _("hand in messages another system received or sent"),
    Scope.ORDERS_READ: _("read orders and what was delivered of them"),
    Scope.ORDERS_WRITE: _("tell of orders and deliveries for a shop"),
    Scope.WEBHOOKS_MANAGE: _("make and change webhooks, and read their secrets"),
}
LASTS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("0", _("until it is revoked"))]


class NewToken(forms.Form):
    """What is said of a token."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("For whom it acts"), help_text=_("It may see and do what she may.")
    )
    lasts = forms.ChoiceField(label=_("How long it lasts"), choices=LASTS, initial="365")
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Django types every field of a form as the base of all; this one is a choice of rows.
        people = Person.objects.filter(is_active=True).order_by("name", "pk")
        person: Any = self.fields["person"]
        person.queryset = people

    def ends_at(self, now: datetime) -> datetime | None:
        """Return when the token ends; None: never by itself."""
        days = int(self.cleaned_data["lasts"])
        return now + timedelta(days=days) if days else None
