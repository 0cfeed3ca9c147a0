"""What passes between a channel that looks for its mail itself and the layer that keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from django.db import transaction

from odzew.channels.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One payload a channel has fetched. `number` grows with each in its place (the UID of IMAP)."""

    number: int
    transport_key: str
    content: bytes
    received_at: datetime
    envelope: dict[str, Any]

    @property
    def sha256(self) -> str:
        """Return what the content is known by."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Heard:
    """A call of a provider at our address; names of headers in small letters."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """A letter that a call brought, and the account it is for."""

    account: int
    letter: Letter


class Forged(Exception):
    """The call is not proven to be the provider's."""


class Damaged(Exception):
    """The call is not whole: its sender has to send it again."""


class History(Protocol):
    """What the layer above can do with letters."""

    def hand_in(self, letters: Sequence[Letter]) -> None:
        """Keep the letters durably, each once, or raise."""

    def holds_keys(self, keys: Sequence[str]) -> set[str]:
        """Return those of the transport keys that are in the history."""

    def holds_contents(self, sha256s: Sequence[str]) -> set[str]:
        """Return those of the contents that are in the history."""


def note(account: Account, **changes: Any) -> None:
    """Write into the account's state, beside what others write there."""
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=account.pk)
        row.state = {**row.state, **changes}
        row.save(update_fields=["state"])
    account.state = row.state
