"""The first thing that happens to whatever comes: it is kept, byte for byte, and only then answered for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, transaction

from odzew.intake.models import Raw
from odzew.lib.rows import add_rows, new_row

SAME_WITHIN = timedelta(days=10)


class NotKept(DatabaseError):
    """The database said yes, and the payload is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a door hands in. `transport_key` is what the transport calls it, if it does."""

    account: int
    door: str
    content: bytes
    received_at: datetime
    envelope: dict[str, Any] = field(default_factory=dict)
    transport_key: str | None = None

    @property
    def content_key(self) -> str:
        """Return the SHA-256 over account, envelope and content: what makes it a duplicate."""
        head = [str(self.account), self.envelope.get("from", ""), *sorted(self.envelope.get("to", []))]
        return sha256("\0".join(head).encode() + b"\0" + self.content).hexdigest()


def keep(payloads: Sequence[Payload]) -> None:
    """Write payloads to disk in one transaction; when it returns, the senders may forget them.

    A duplicate (the same account and transport key, or the same envelope and content within ten
    days) is not written twice.

    :raises django.db.Error: when the database cannot keep them; then none of them is kept
    """
    rows = [_row(payload) for payload in payloads]
    with transaction.atomic():
        if add_rows(rows) < len(rows):
            # Seldom: keys are there already, of an echo or of a mail too old to be one.
            _forget_old_keys(rows)
            add_rows(rows)
            _must_be_there(rows)


def _forget_old_keys(rows: Sequence[Raw]) -> None:
    # The same words after ten days are a new message, not an echo of the transport.
    keys = [row.content_key for row in rows]
    oldest = min(row.received_at for row in rows) - SAME_WITHIN
    Raw.objects.filter(content_key__in=keys, received_at__lt=oldest).update(content_key=None)


def _must_be_there(rows: Sequence[Raw]) -> None:
    # Nobody is told yes for a row that is not there.
    contents = set(
        Raw.objects.filter(content_key__in=[r.content_key for r in rows]).values_list("content_key")
    )
    transports = {(r.account_id, r.transport_key) for r in rows if (r.content_key,) not in contents}
    there = Raw.objects.filter(transport_key__in=[key for _account, key in transports if key])
    if missing := transports - set(there.values_list("account", "transport_key")):
        raise NotKept(f"The database passed over {len(missing)} payloads.")


def _row(payload: Payload) -> Raw:
    return new_row(
        Raw,
        account_id=payload.account,
        door=payload.door,
        received_at=payload.received_at,
        envelope=payload.envelope,
        content=payload.content,
        size=len(payload.content),
        transport_key=payload.transport_key,
        content_key=payload.content_key,
        content_sha256=sha256(payload.content).hexdigest(),
        error=payload.envelope.get("held", ""),
    )
