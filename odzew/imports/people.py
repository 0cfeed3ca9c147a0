"""The customers of another desk: found by their address as arriving mail finds them, else made."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import fact
from odzew.conversations.fact import Fact
from odzew.conversations.own_field import OwnField
from odzew.customers.known import customer_of
from odzew.customers.models import Customer, Identity
from odzew.domain.obligation import Refused
from odzew.imports.neutral import Who
from odzew.lib import telephone
from odzew.lib.among import Among
from odzew.lib.plain import one_line, plain
from odzew.lib.rows import add_rows, insert_rows, new_row, number_rows
from odzew.staff.models import Person, Team

LANGUAGES = frozenset({"pl", "uk", "ru", "en"})
Key = tuple[str, str]  # of an identity: its kind and its value
Met = Sequence[tuple[int, Who]]


def address_of(who: Who) -> str:
    """Return his mail address as identities hold it; empty when he has none."""
    return _address(who.email)


class People:
    """Whoever is named in one run."""

    def __init__(self, source: str, by: Person, team: Team, now: datetime) -> None:
        """Let `source` be where they come from, `by` who learns what is known there.

        Facts are named in the language of the `team`, and numbers without a country are of its country.
        """
        self.source, self.by, self.team, self.now = source, by, team, now

    def keep(self, people: Sequence[Who]) -> list[bool]:
        """Keep people with all that is known of them, and say of each whether he was here before.

        To be called in a transaction. Whoever is kept twice is there once.

        :raises django.db.IntegrityError: when one of them wrote to us for the first time at this moment
        """
        asked = {self.key(who): who for who in reversed(people)}
        here = _holders(asked)
        made = self._made({key: who for key, who in asked.items() if key not in here})
        met = [((here | made)[self.key(who)], who) for who in people]
        self._give_identities(met)
        _complete([(number, who) for number, who in met if number not in made.values()])
        self._learn(met, frozenset(made.values()))
        return [self.key(who) in here for who in people]

    def customer(self, who: Who) -> Customer:
        """Return whose address this is, and make him when it is nobody's."""
        kind, value = self.key(who)
        return customer_of(value, self.now, kind=kind, name=_name(who), language=_language(who))

    def is_here(self, who: Who) -> bool:
        """Return whether he was here before."""
        return bool(_holders([self.key(who)]))

    def key(self, who: Who) -> Key:
        """Return what tells him from everybody else, as identities do."""
        if address := address_of(who):
            return "email", address
        if number := self._number(who):
            return "phone", number
        return "none", plain(f"{self.source}-{who.key}", 320)

    def _number(self, who: Who) -> str:
        return telephone.number(who.phone, country=self.team.country)

    def _made(self, fresh: Mapping[Key, Who]) -> dict[Key, int]:
        rows = [
            new_row(Customer, name=_name(who), language=_language(who), created_at=self.now)
            for who in fresh.values()
        ]
        number_rows(rows)
        insert_rows(rows)
        made = {key: row.pk for key, row in zip(fresh, rows, strict=True)}
        shown = {key: _name(who) for key, who in fresh.items()}
        if _add(made, shown) < len(made):
            raise IntegrityError("Somebody of them wrote for the first time at this moment.")
        return made

    def _give_identities(self, met: Met) -> None:
        """Give each his other addresses and his phone, those that are nobody's yet."""
        wanted = {("email", address): number for number, who in met for address in map(_address, who.also)}
        wanted |= {("phone", self._number(who)): number for number, who in met}
        known = _holders(wanted)
        free = {key: number for key, number in wanted.items() if key[1] and key not in known}
        _add(free, {key: telephone.written(key[1]) for key in free if key[0] == "phone"})

    def _learn(self, met: Met, made: Collection[int]) -> None:
        held = _holders({("phone", self._number(who)) for _number, who in met})
        told = [(number, *one) for number, who in met for one in self._facts(number, who, held)]
        open_facts = Fact.objects.filter(customer__in=Among({number for number, _who in met}), ended_at=None)
        known = set(open_facts.values_list("customer", "label", "value"))
        told = list(dict.fromkeys(one for one in told if one not in known))
        Fact.objects.bulk_create(self._fact(*one) for one in told if one[0] in made)
        for number, label, value in told:
            if number not in made:
                whose = Customer.objects.get(pk=number)
                fact.learn(whose, self.by, self.now, kind="own", label=label, value=value, source=self.source)

    def _facts(self, number: int, who: Who, held: Mapping[Key, int]) -> list[tuple[str, str]]:
        firm, own, phone = self._labels
        said = [(firm, one_line(who.firm)), (own, one_line(who.number))]
        # What is no whole number, or another's already as that of a firm is, tells no caller apart.
        if held.get(("phone", self._number(who))) != number:
            said.append((phone, one_line(who.phone)))
        return [
            self._fitting(label, plain(value, 500)) for label, value in [*said, *who.own.items()] if value
        ]

    def _fitting(self, label: str, value: str) -> tuple[str, str]:
        """Return a fact as a field of the firm's own takes it, or called after the desk, where none does."""
        field = self._fields.get(label.casefold())
        if field is None:
            return label, value
        try:
            return field.name, field.value(value)
        except Refused:
            return plain(f"{label} ({self.source})", 60), value

    @cached_property
    def _labels(self) -> tuple[str, str, str]:
        with translation.override(self.team.language):
            return _("Firm"), _("Customer number"), _("Phone")

    @cached_property
    def _fields(self) -> dict[str, OwnField]:
        return {field.name.casefold(): field for field in OwnField.objects.all()}

    def _fact(self, number: int, label: str, value: str) -> Fact:
        source, field = plain(self.source, 200), self._fields.get(label.casefold())
        return Fact(
            customer_id=number, kind="own", label=label, value=value, source=source, at=self.now, by=self.by,
            type=field.type if field else "",
        )  # fmt: skip


def _address(said: str) -> str:
    address = plain(said.strip().lower(), 320)
    return address if "@" in address and not any(map(str.isspace, address)) else ""


def _name(who: Who) -> str:
    return one_line(who.name)[:300]


def _language(who: Who) -> str:
    return who.language if who.language in LANGUAGES else ""


def _holders(keys: Collection[Key]) -> dict[Key, int]:
    """Return the numbers of those whose identities these are."""
    values = Among({value for _kind, value in keys})
    rows = Identity.objects.filter(value__in=values, forged=False).values_list("kind", "value", "customer")
    return {(kind, value): number for kind, value, number in rows if (kind, value) in keys}


def _add(holders: Mapping[Key, int], shown: Mapping[Key, str]) -> int:
    return add_rows(
        [
            new_row(
                Identity, customer_id=number, kind=kind, value=value, display=shown.get((kind, value), "")
            )
            for (kind, value), number in holders.items()
        ]
    )


def _complete(met: Met) -> None:
    """Give a name and a language to those who were here without one."""
    rows = Customer.objects.in_bulk([number for number, _who in met])
    for number, who in met:
        name, language = rows[number].name or _name(who), rows[number].language or _language(who)
        if (name, language) != (rows[number].name, rows[number].language):
            Customer.objects.filter(pk=number).update(name=name, language=language)
