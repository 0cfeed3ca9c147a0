"""Mark and Alike: by what two customers may be one, found as they come and never by comparing all."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from odzew.customers.models import Customer
from odzew.staff.models import Person


class Mark(models.Model):
    """A phone, a name, a number of an order of a customer, in the form in which it is compared."""

    value = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="marks", db_index=False)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["value", "customer"], name="mark_once")]

    def __str__(self) -> str:
        return self.value


class AlikeQuerySet(models.QuerySet["Alike"]):
    """What can be asked of likely duplicates."""

    def undecided(self) -> Self:
        """Return the pairs nobody has looked at and that are two customers still, the likeliest first."""
        heads = {f"head_of_{n}": Coalesce(f"{n}__stands_for", n) for n in ("one", "other")}
        rows = self.filter(different_at=None).annotate(**heads)
        return rows.exclude(head_of_one=F("head_of_other")).order_by("-score", "-pk")


class Alike(models.Model):
    """Two customers that may be one, by what, and whether somebody has said that they are not."""

    one = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    marks = models.JSONField(default=list)
    different_at = models.DateTimeField(null=True)
    different_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = AlikeQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="alike_once")]
        indexes = [
            models.Index(
                fields=["-score", "-id"], name="alike_undecided", condition=Q(different_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
