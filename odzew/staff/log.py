"""The staff log: who did what at the desk, only added to (docs/adr/0025)."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from django.db import connection, models

from odzew.staff.models import Person


class StaffActQuerySet(models.QuerySet["StaffAct"]):
    """What can be asked of the staff log."""

    def newest_first(self) -> Self:
        """Sort by moment, and by line within one moment."""
        return self.order_by("-at", "-seq")


class StaffAct(models.Model):
    """One act of a person of the desk. Triggers in the database refuse to change or delete it.

    `seq` has no gaps and `digest` covers the line and the digest before it, so that a line which was
    changed or removed behind our back is found (SAFETY P25).
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    # Nobody, when somebody failed to sign in by an address of nobody.
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=40)
    refused = models.BooleanField(default=False)
    # What it touched: "conversation" 12.
    thing = models.CharField(max_length=20, blank=True)
    number = models.BigIntegerField(null=True)
    # What matters of it, and never the words of a message, a password or a secret.
    facts = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    digest = models.BinaryField(max_length=32)

    objects = StaffActQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["at", "seq"], name="staffact_at"),
            models.Index(fields=["person", "at", "seq"], name="staffact_person"),
            models.Index(fields=["act", "at", "seq"], name="staffact_act"),
            models.Index(fields=["thing", "number", "at", "seq"], name="staffact_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.act} by {self.person_id}"


class StaffLog(models.Model):
    """The last line of the staff log, and the first that is kept; whoever writes holds this row."""

    seq = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    # Lines before this one are older than is kept and may go; a trigger lets it only grow.
    kept_from = models.BigIntegerField(default=1)
    # The digest of the line before it, which the first line kept rests on.
    digest_before = models.BinaryField(max_length=32)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.kept_from} to {self.seq}"

    @staticmethod
    def held() -> "StaffLog":
        """Return the row, held until the end of the transaction."""
        rows = StaffLog.objects.all()
        return (rows.select_for_update() if connection.vendor == "postgresql" else rows).get(pk=1)


def digest(line: StaffAct, before: bytes) -> bytes:
    """Return what proves that a line stands behind the one of the digest `before`."""
    said: list[Any] = [line.seq, _plain(line.at), line.person_id, line.act, line.refused]
    said += [line.thing, line.number, line.facts, line.address]
    return sha256(before + json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


def _plain(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
