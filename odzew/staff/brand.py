"""Brand: how the firm calls itself, looks and speaks where customers see it (docs/brand.md)."""

from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import models

from odzew.channels.models import Account
from odzew.lib.picture import Picture

ONLY = 1


class Brand(models.Model):
    """The one row; where it is missing, nothing was said yet."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    name = models.CharField(max_length=200, blank=True)
    accent = models.CharField(max_length=7, blank=True)  # #rrggbb; empty: the colours of Odzew
    logo = models.BinaryField(null=True)
    logo_kind = models.CharField(max_length=10, blank=True)
    logo_stamp = models.CharField(max_length=16, blank=True)  # of its content, in its address
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    languages = models.JSONField(default=list, blank=True)  # offered to customers; empty: all
    language = models.CharField(max_length=5, blank=True)  # for whom none of those is known to fit

    class Meta:
        app_label = "odzew"
        constraints = [models.CheckConstraint(condition=models.Q(id=ONLY), name="brand_once")]

    def __str__(self) -> str:
        return self.name

    def show(self, picture: Picture | None) -> Self:
        """Take a picture for the logo, or none; nothing is saved."""
        self.logo = picture.content if picture else None
        self.logo_kind = picture.kind if picture else ""
        self.logo_stamp = sha256(picture.content).hexdigest()[:16] if picture else ""
        self.logo_width, self.logo_height = (picture.width, picture.height) if picture else (0, 0)
        return self

    def keep(self) -> None:
        """Save it as the one row, also when two do so at once for the first time."""
        names = [field.attname for field in self._meta.concrete_fields if not field.primary_key]
        Brand.objects.update_or_create(pk=ONLY, defaults={name: getattr(self, name) for name in names})

    @property
    def offered(self) -> dict[str, str]:
        """Return the languages customers may choose from, with their names."""
        names = {code: name.capitalize() for code, name in settings.LANGUAGES}
        return {code: name for code, name in names.items() if not self.languages or code in self.languages}

    def spoken(self, *wanted: str) -> str:
        """Return the first of the languages wanted that is offered, else the one for everybody."""
        offered = self.offered
        usual = "en" if "en" in offered else next(iter(offered))
        return next((told for told in wanted if told in offered), self.language or usual)


def current() -> Brand:
    """Return how the firm looks now; its logo is left where it is until somebody asks for it."""
    return Brand.objects.defer("logo").filter(pk=ONLY).first() or Brand()


def firm(account: Account, brand: Brand | None = None) -> str:
    """Return who writes by an account: its own name, else that of the firm, else its address."""
    return account.name or (brand or current()).name or account.address
