"""Merge: two customers were found to be one, by whom, why, and until when."""

from django.db import models
from django.db.models import Q

from odzew.customers.models import Customer
from odzew.staff.models import Person


class Merge(models.Model):
    """A row that only points: nothing of either customer is moved, so taking it back loses nothing."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merged")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    split_at = models.DateTimeField(null=True)
    split_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    split_reason = models.TextField(blank=True)

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["other"], name="merge_once", condition=Q(split_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} is {self.kept_id}"
