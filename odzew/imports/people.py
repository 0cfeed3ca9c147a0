"""The customers of another desk: found by their address as arriving mail finds them, else made."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import fact
from odzew.customers.known import customer_of
from odzew.customers.models import Customer, Identity
from odzew.imports.neutral import Who
from odzew.lib import telephone
from odzew.lib.plain import one_line, plain
from odzew.staff.models import Person, Team

LANGUAGES = frozenset({"pl", "uk", "ru", "en"})


def address_of(who: Who) -> str:
    """Return his mail address as identities hold it; empty when he has none."""
    return _address(who.email)


def _address(said: str) -> str:
    address = plain(said.strip().lower(), 320)
    return address if "@" in address and not any(map(str.isspace, address)) else ""


class People:
    """Whoever is named in one run."""

    def __init__(self, source: str, by: Person, team: Team, now: datetime) -> None:
        """Let `source` be where they come from, `by` who learns what is known there.

        Facts are named in the language of the `team`, and numbers without a country are of its country.
        """
        self.source, self.by, self.team, self.now = source, by, team, now

    @transaction.atomic
    def keep(self, who: Who) -> Customer:
        """Return the customer, with all that is known of him. Kept twice, he is there once."""
        customer = self.customer(who)
        if who.language in LANGUAGES and not customer.language:
            Customer.objects.filter(pk=customer.pk, language="").update(language=who.language)
        if (name := one_line(who.name)[:300]) and not customer.name:
            Customer.objects.filter(pk=customer.pk, name="").update(name=name)
        for address in filter(None, map(_address, who.also)):
            self._also(customer, "email", address, "")
        self._phone(customer, who)
        with translation.override(self.team.language):
            self._learn(customer, _("Firm"), who.firm)
            self._learn(customer, _("Customer number"), who.number)
        return customer

    def customer(self, who: Who) -> Customer:
        """Return whose address this is, and make him when it is nobody's."""
        kind, value = self._identity(who)
        name, language = one_line(who.name)[:300], who.language if who.language in LANGUAGES else ""
        return customer_of(value, self.now, kind=kind, name=name, language=language)

    def is_here(self, who: Who) -> bool:
        """Return whether he was here before."""
        kind, value = self._identity(who)
        return Identity.objects.filter(kind=kind, value=value, forged=False).exists()

    def key(self, who: Who) -> str:
        """Return what tells him from everybody else, as identities do."""
        return ":".join(self._identity(who))

    def _identity(self, who: Who) -> tuple[str, str]:
        if address := address_of(who):
            return "email", address
        if number := self._number(who):
            return "phone", number
        return "none", plain(f"{self.source}-{who.key}", 320)

    def _number(self, who: Who) -> str:
        return telephone.number(who.phone, country=self.team.country)

    def _phone(self, customer: Customer, who: Who) -> None:
        number = self._number(who)
        # What is no whole number, or another's already as that of a firm is, tells no caller apart.
        is_his = number and self._also(customer, "phone", number, telephone.written(number))
        if who.phone.strip() and not is_his:
            with translation.override(self.team.language):
                self._learn(customer, _("Phone"), who.phone)

    def _also(self, customer: Customer, kind: str, value: str, display: str) -> bool:
        """Give him one more identity, if it is nobody's, and return whether it is his now."""
        known = Identity.objects.filter(kind=kind, value=value, forged=False)
        if not known.exists():
            fresh = Identity(customer=customer, kind=kind, value=value, display=display)
            Identity.objects.bulk_create([fresh], ignore_conflicts=True)
        return known.filter(customer=customer).exists()

    def _learn(self, customer: Customer, label: str, value: str) -> None:
        if said := one_line(value):
            fact.learn(customer, self.by, self.now, kind="own", label=label, value=said, source=self.source)
