"""The mailboxes the desk reads: one thread an account, started and stopped as accounts come and go."""

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from threading import Event, Thread

from django.db import close_old_connections, connection, connections, transaction

from odzew.channels import registry
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.watching import Letter, note
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.lib.clock import now

log = logging.getLogger(__name__)
LOOK_EVERY = 3.0  # seconds; a new, changed or closed account is noticed within three times that
LEASE = timedelta(seconds=30)
RENEW_BEFORE = timedelta(seconds=20)
US = secrets.token_hex(8)  # this process, among the workers that share the accounts
Signature = tuple[str, str, str]


class Shelf:
    """The history, as the watch of one account needs it."""

    def __init__(self, account: int) -> None:
        self.account = account

    def hand_in(self, letters: Sequence[Letter]) -> None:
        """Keep the letters on disk, each once.

        :raises django.db.Error: when the database cannot
        """
        keep([_payload(self.account, letter) for letter in letters])

    def holds_keys(self, keys: Sequence[str]) -> set[str]:
        """Return those of the transport keys that the account has brought."""
        rows = Raw.objects.filter(account=self.account, transport_key__in=keys)
        return {key for key in rows.values_list("transport_key", flat=True) if key}

    def holds_contents(self, sha256s: Sequence[str]) -> set[str]:
        """Return those of the contents that the account has brought, by whatever door."""
        rows = Raw.objects.filter(account=self.account, content_sha256__in=sha256s)
        return set(rows.values_list("content_sha256", flat=True))


def watch(account_id: int, stop: Event) -> None:
    """Read the mailbox of one account until told to stop; every failure is tried again."""
    while not stop.is_set():
        try:
            close_old_connections()
            account = Account.objects.get(pk=account_id)
            registry.watch(account, Shelf(account_id), stop, _Lease(account_id).is_ours)
        except Exception:
            # A database that is away, a server that speaks nonsense: the thread must outlive it.
            log.exception("Reading the mailbox of account %d failed; it is tried again.", account_id)
        finally:
            connections.close_all()
        stop.wait(LOOK_EVERY)


def recount_all() -> dict[str, int]:
    """Compare every mailbox with the history, fetch what is missing, and return how much that was."""
    missing = {}
    for account in Account.objects.filter(active=True, channel="email"):
        if not _is_read(account):
            continue
        try:
            missing[account.address] = len(registry.recount(account, Shelf(account.pk), now()))
        except ChannelError as error:
            log.error("The mailbox %s could not be counted: %s", account.address, error)
            note(account, recount_error=str(error))
        else:
            note(account, recount_error="")
    return missing


def run_all(stop: Event) -> None:
    """Keep one thread for every account that is read, until told to stop."""
    threads: dict[int, _Reading] = {}
    while not stop.is_set():
        try:
            close_old_connections()
            _match(threads, _wanted())
        except Exception:
            log.exception("The accounts could not be read; it is tried again.")
        stop.wait(LOOK_EVERY)
    for reading in threads.values():
        reading.stop.set()
    for reading in threads.values():
        reading.thread.join(timeout=5)
    connections.close_all()


class _Reading:
    """The thread of one account, and the settings it was started with."""

    def __init__(self, account_id: int, signature: Signature) -> None:
        self.signature = signature
        self.stop = Event()
        self.thread = Thread(
            target=watch, args=(account_id, self.stop), name=f"mailbox-{account_id}", daemon=True
        )
        self.thread.start()


def _match(threads: dict[int, _Reading], wanted: dict[int, Signature]) -> None:
    for number, reading in list(threads.items()):
        if wanted.get(number) != reading.signature:
            reading.stop.set()
        if not reading.thread.is_alive():
            del threads[number]
    for number, signature in wanted.items():
        if number not in threads:
            threads[number] = _Reading(number, signature)


def _wanted() -> dict[int, Signature]:
    accounts = Account.objects.filter(active=True, channel="email")
    return {a.pk: (a.address, repr(a.settings), a.sealed) for a in accounts if _is_read(a)}


def _is_read(account: Account) -> bool:
    return bool((account.settings.get("imap") or {}).get("host"))


def _payload(account: int, letter: Letter) -> Payload:
    return Payload(
        account=account,
        door="imap",
        content=letter.content,
        received_at=letter.received_at,
        envelope=letter.envelope,
        transport_key=letter.transport_key,
    )


class _Lease:
    """Lets one of several workers read a mailbox; on SQLite there is only one."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.until = now()

    def is_ours(self) -> bool:
        """Return whether this worker may go on reading, and say so to the others."""
        if connection.vendor == "sqlite" or self.until - now() > RENEW_BEFORE:
            return True
        return self._take()

    def _take(self) -> bool:
        with transaction.atomic():
            row = Account.objects.select_for_update().get(pk=self.account_id)
            holder, until = row.state.get("reader") or ["", ""]
            if holder != US and until > now().isoformat():
                return False
            self.until = now() + LEASE
            note(row, reader=[US, self.until.isoformat()])
        return True
