"""Which account a recipient's address belongs to."""

import asyncio

from django.conf import settings
from django.db import Error, close_old_connections

from odzew.channels.models import Account
from odzew.intake.committer import PATIENCE, CannotKeep
from odzew.lib.clock import monotonic

FRESH_FOR = 5.0  # seconds; a new mailbox opens within that


class UnknownRecipient(Exception):
    """No account of the desk answers for the address."""


class Doors:
    """The accounts by address, looked up again every few seconds; used in one event loop."""

    def __init__(self) -> None:
        self.looking: asyncio.Task[None] | None = None
        self.accounts: dict[str, int] = {}
        self.looked_at = -FRESH_FOR

    def is_stale(self) -> bool:
        """Return whether the accounts have to be looked up again."""
        return monotonic() - self.looked_at > FRESH_FOR

    async def refresh(self) -> None:
        """Look the accounts up if it is time; all sessions that ask meanwhile wait for one look.

        :raises CannotKeep: when the database cannot say, or not in time
        """
        if not self.is_stale():
            return
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(asyncio.shield(self.looking), PATIENCE)
        except TimeoutError:
            raise CannotKeep(f"The database has been silent for {PATIENCE:.0f} s.") from None

    async def _look(self) -> None:
        self.accounts = await asyncio.to_thread(_accounts)
        self.looked_at = monotonic()

    def account_for(self, address: str, from_here: bool) -> int:
        """Return the account that answers for an address; a subaddress (+...) belongs to its account.

        With ODZEW_SMTP_ANY_RECIPIENT, peers on loopback may write to any address.

        :raises UnknownRecipient: when there is none
        """
        accounts = self.accounts
        local, _, domain = address.lower().rpartition("@")
        found = accounts.get(f"{local}@{domain}") or accounts.get(f"{local.partition('+')[0]}@{domain}")
        if found is None and settings.SMTP_ANY_RECIPIENT and from_here and accounts:
            found = min(accounts.values())
        if found is None:
            raise UnknownRecipient(address)
        return found


def _accounts() -> dict[str, int]:
    try:
        close_old_connections()
        rows = Account.objects.filter(active=True, channel="email").values_list("address", "pk")
        return {address.lower(): number for address, number in rows}
    except Error as error:
        raise CannotKeep(str(error)) from error
