"""The mailboxes the desk reads: one thread an account, started and stopped as accounts come and go."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, close_old_connections, connection, connections, transaction

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
RECOUNT_HOUR = 2  # UTC
Signature = tuple[str, str, str]


class Shelf:
    """The history, as the watch of one account needs it."""

    def __init__(self, account: int, door: str = "imap") -> None:
        self.account = account
        self.door = door

    def hand_in(self, letters: Sequence[Letter]) -> None:
        """Keep the letters on disk, each once.

        :raises django.db.Error: when the database cannot
        """
        keep([payload(self.account, self.door, letter) for letter in letters])

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
            door = "imap" if account.channel == "email" else account.channel
            registry.watch(account, Shelf(account_id, door), stop, _Lease(account_id).is_ours)
        except Exception as error:
            # A database that is away, a server that speaks nonsense: the thread must outlive it.
            log.exception("Reading the mailbox of account %d failed; it is tried again.", account_id)
            _show(account_id, last_error=_words(error), last_error_at=now().isoformat())
        finally:
            connections.close_all()
        stop.wait(LOOK_EVERY)


def _show(account_id: int, **changes: str) -> None:
    """Let the screen of the mailboxes say it, if the database takes it: a log alone is read by nobody."""
    try:
        note(Account.objects.get(pk=account_id), **changes)
    except (Error, Account.DoesNotExist) as error:
        log.error("Nor could it be noted: %s", error)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def recount_all() -> dict[str, int]:
    """Compare every mailbox with the history, fetch what is missing, and return how much that was."""
    counted = ((account.address, _recount(account)) for account in _read_accounts())
    return {address: count for address, count in counted if count is not None}


def is_recount_due(account: Account, at: datetime) -> bool:
    """Return whether it is night and the mailbox was not counted yet, or whether a night was missed."""
    tried = account.state.get("recount_tried_at") or ""
    before = datetime.fromisoformat(tried) if tried else None
    if at.hour == RECOUNT_HOUR:
        return before is None or at - before > timedelta(hours=12)
    return before is not None and at - before > timedelta(hours=36)


def run_all(stop: Event) -> None:
    """Keep one thread for every account that is read, until told to stop."""
    threads: dict[int, _Reading] = {}
    nightly: Thread | None = None
    while not stop.is_set():
        try:
            close_old_connections()
            _match(threads, _wanted())
            nightly = _recount_due(nightly, now())
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
    bots = Account.objects.filter(active=True, channel="telegram").order_by("pk")
    asked = [bot for bot in bots if bot.settings.get("way") != "hook"]
    return {a.pk: (a.address, repr(a.settings), a.sealed) for a in [*_read_accounts(), *asked]}


def _read_accounts() -> list[Account]:
    accounts = Account.objects.filter(active=True, channel="email").order_by("pk")
    return [a for a in accounts if (a.settings.get("imap") or {}).get("host")]


def _recount_due(running: Thread | None, at: datetime) -> Thread | None:
    """Count the mailboxes that are due beside the reading, one after another."""
    if running is not None and running.is_alive():
        return running
    due = [account for account in _read_accounts() if is_recount_due(account, at)]
    if not due:
        return None
    thread = Thread(target=_recount_each, args=(due,), name="recount", daemon=True)
    thread.start()
    return thread


def _recount_each(accounts: Sequence[Account]) -> None:
    try:
        for account in accounts:
            _recount_safely(account)
    finally:
        connections.close_all()


def _recount_safely(account: Account) -> None:
    try:
        _recount(account)
    except Exception as error:
        # One mailbox that cannot be counted leaves none of the others uncounted until the next night.
        log.exception("The mailbox %s could not be counted.", account.address)
        _show(account.pk, recount_error=_words(error))


def _recount(account: Account) -> int | None:
    note(account, recount_tried_at=now().isoformat())
    try:
        missing = registry.recount(account, Shelf(account.pk), now())
    except ChannelError as error:
        log.error("The mailbox %s could not be counted: %s", account.address, error)
        note(account, recount_error=str(error))
        return None
    if missing:
        log.error(
            "The mailbox %s held %d mails we had not: they are here now.", account.address, len(missing)
        )
    note(account, recount_error="")
    return len(missing)


def payload(account: int, door: str, letter: Letter) -> Payload:
    """Return a letter as what is kept of it."""
    return Payload(
        account=account,
        door=door,
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
