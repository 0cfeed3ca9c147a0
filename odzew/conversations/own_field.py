"""OwnField: what a firm wants to know of its customers, as it calls it, and what may be said of it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from odzew.domain.obligation import Refused

YES, NO = "yes", "no"
MEANT = {YES: YES, "true": YES, "1": YES, NO: NO, "false": NO, "0": NO}
DAYS = ("%Y-%m-%d", "%d.%m.%Y")
LONGEST = 30  # digits of a number


class OwnField(models.Model):
    """One of them. A fact is of this field by its name, so whoever tells it needs no number of ours."""

    class Type(models.TextChoices):
        """What is said of it."""

        TEXT = "text", gettext_lazy("Text")
        NUMBER = "number", pgettext_lazy("of a field", "Number")
        DATE = "date", gettext_lazy("Date")
        YES_NO = "yes_no", gettext_lazy("Yes or no")
        CHOICE = "choice", gettext_lazy("One of a list")

    name = models.CharField(max_length=60, unique=True)
    type = models.CharField(max_length=10, choices=Type, default=Type.TEXT)
    choices = models.JSONField(default=list, blank=True)
    is_offered = models.BooleanField(default=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name

    def value(self, said: str) -> str:
        """Return what is said in the one form in which it is kept.

        :raises Refused: when it is nothing of this type
        """
        match self.type:
            case self.Type.NUMBER:
                return _number(self.name, said)
            case self.Type.DATE:
                return _day(self.name, said)
            case self.Type.YES_NO | self.Type.CHOICE:
                return _one_of(self, said, self._meant())
        return said

    def _meant(self) -> Mapping[str, str]:
        if self.type == self.Type.YES_NO:
            return MEANT | {_("yes").casefold(): YES, _("no").casefold(): NO}
        return {choice.casefold(): choice for choice in self.choices}


def called(name: str) -> OwnField | None:
    """Return the field of a name, however its letters are written."""
    folded = name.strip().casefold()
    return next((one for one in OwnField.objects.all() if one.name.casefold() == folded), None)


def offered() -> list[OwnField]:
    """Return the fields that are to be filled in, by their names."""
    return list(OwnField.objects.filter(is_offered=True).order_by("name"))


def shown(type_: str, value: str) -> str:
    """Return what is kept as people read it, in the language of whoever reads it."""
    match type_:
        case OwnField.Type.YES_NO:
            return _("yes") if value == YES else _("no")
        case OwnField.Type.DATE:
            return formats.date_format(date.fromisoformat(value), "j E Y")
        case OwnField.Type.NUMBER:
            return formats.number_format(Decimal(value), use_l10n=True, force_grouping=True)
    return value


def written(type_: str, value: str) -> str:
    """Return what is kept as people write it into a box, which `OwnField.value` reads again."""
    return formats.number_format(Decimal(value), use_l10n=True) if type_ == OwnField.Type.NUMBER else value


def _number(name: str, said: str) -> str:
    plain = "".join(said.split()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(plain) > LONGEST or "e" in plain.lower():
        raise Refused(_("%(name)s is a number, for example 1250.5.") % {"name": name})
    return f"{number:f}"


def _day(name: str, said: str) -> str:
    for form in DAYS:
        try:
            return datetime.strptime(said.strip(), form).date().isoformat()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise Refused(_("%(name)s is a day, for example 2026-11-30.") % {"name": name})


def _one_of(field: OwnField, said: str, meant: Mapping[str, Any]) -> str:
    found = meant.get(said.strip().casefold())
    if found is None:
        options = ", ".join(shown(field.type, one) for one in dict.fromkeys(meant.values()))
        raise Refused(_("%(name)s is one of these: %(options)s.") % {"name": field.name, "options": options})
    return str(found)
