"""Watching a mailbox: by UIDVALIDITY and UID, never by what is unread or by date (SAFETY P1, P2).

The caller in a higher layer keeps the letters; the cursor moves only after he has.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from django.db import close_old_connections
from django.utils.translation import gettext as _
from imapclient import IMAPClient

from odzew.channels.base import ChannelError
from odzew.channels.email import dial, fetch, idle, mailbox
from odzew.channels.email.fetch import Place
from odzew.channels.models import Account
from odzew.channels.watching import History, Letter, note
from odzew.lib.clock import now

LONGEST_PAUSE = 60.0
# Providers lock a mailbox that is knocked at with a wrong password; a new one is noticed at once.
LONGEST_AFTER_REFUSAL = 600.0
TRIES = 4  # broken lines at one letter, before a note stands for it
MARGIN = timedelta(days=1)
JUST_CONNECTED = timedelta(hours=1)
LATELY = 200  # UIDs; no mailbox gets more between being connected and our first look


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read. Up to `recheck` contents decide what is new."""

    folder: str
    uidvalidity: int
    uid: int
    since: int = 1
    recheck: int = 0


def open_place(client: IMAPClient, account: Account) -> Place:
    """Open the account's folder and return where we are.

    :raises ChannelError: when there is no such folder, or its UIDs mean nothing
    """
    folder = account.settings.get("imap", {}).get("folder") or "INBOX"
    said = mailbox.look_into(client, folder)
    if b"UIDVALIDITY" not in said:
        raise ChannelError(_("The server gives no UIDVALIDITY, so its mails cannot be told apart."))
    count = int(said.get(b"EXISTS", 0))
    uidnext = int(said.get(b"UIDNEXT") or 0) or max(client.search(["UID", "*"]), default=0) + 1
    return Place(folder, int(said[b"UIDVALIDITY"]), uidnext, count)


def find_cursor(account: Account, place: Place, at: datetime, first: int) -> Cursor:
    """Return where to go on reading; a new UIDVALIDITY means from the beginning, known contents left out.

    Of a mailbox that is to be read from now on, `first` is the first UID that counts.
    """
    kept = account.state.get("cursor")
    if kept and (kept["folder"], kept["uidvalidity"]) == (place.folder, place.uidvalidity):
        return Cursor(**kept)
    if kept and kept["folder"] == place.folder:
        cursor = Cursor(place.folder, place.uidvalidity, 0, recheck=place.uidnext - 1)
    elif account.settings.get("imap", {}).get("since_uid", "now") == "all":
        cursor = Cursor(place.folder, place.uidvalidity, 0)
    else:
        cursor = Cursor(place.folder, place.uidvalidity, first - 1, since=first)
    began = account.state.get("began_at") if kept and kept["folder"] == place.folder else None
    all_wanted = cursor.since == 1 and not cursor.recheck
    note(account, cursor=asdict(cursor), began_at=began or ("" if all_wanted else at.isoformat()))
    return cursor


def _first(client: IMAPClient, account: Account, place: Place, at: datetime) -> int:
    """Return the first UID since the mailbox was connected: who wrote before our first look still waits."""
    if account.state.get("cursor") or at - account.created_at > JUST_CONNECTED:
        return place.uidnext
    known = fetch.sizes(client, fetch.uids(client, place, max(1, place.uidnext - LATELY)))
    begun = account.created_at.replace(microsecond=0)  # INTERNALDATE has whole seconds (RFC 9051 §2.3.3)
    late = (uid for uid, item in known.items() if fetch.arrived(item, at) >= begun)
    return min(late, default=place.uidnext)


def read_new(client: IMAPClient, account: Account, history: History, at: datetime) -> int:
    """Hand in what came since the cursor, move it group by group, and return how many letters there were."""
    place = open_place(client, account)
    cursor = find_cursor(account, place, at, _first(client, account, place, at))
    count = 0
    for chunk in _chunks(account, fetch.uids(client, place, cursor.uid + 1)):
        for letters, upto in _read(client, account, place, chunk, at):
            fresh = _fresh(account, history, letters, cursor)
            if fresh:
                history.hand_in(fresh)
            cursor = _move(account, cursor, upto, len(letters) - len(fresh), fresh)
            count += len(fresh)
    note(account, last_ok_at=at.isoformat(), last_error="")
    return count


def recount(account: Account, history: History, at: datetime) -> list[Letter]:
    """Compare every UID of the mailbox with the history, hand in what is missing, and return it.

    :raises ChannelError: when the mailbox cannot be looked into
    """
    try:
        with mailbox.opened(account) as client:
            return _recount(client, account, history, at)
    except mailbox.FAILURES as error:
        raise ChannelError(dial.why_not(error, dial.server(account, "imap"))) from error


def _recount(client: IMAPClient, account: Account, history: History, at: datetime) -> list[Letter]:
    place = open_place(client, account)
    kept = account.state.get("cursor") or {}
    if (kept.get("folder"), kept.get("uidvalidity")) != (place.folder, place.uidvalidity):
        return []  # nothing was read under these UIDs yet; the watch starts over by itself
    cursor = Cursor(**kept)
    # What a new UIDVALIDITY made us compare by content was settled then.
    first = max(cursor.since, cursor.recheck + 1)
    inside = [uid for uid in fetch.uids(client, place, first) if uid <= cursor.uid]
    missing = _bring(client, account, history, place, _lacking(history, place, inside), at)
    note(account, recounted_at=at.isoformat(), recount={"mailbox": len(inside), "missing": len(missing)})
    return missing


def watch(account: Account, history: History, stop: Event, still_ours: Callable[[], bool]) -> None:
    """Read one mailbox until told to stop, or until another worker has it, whatever the line does."""
    Watch(account, history, stop, still_ours).run()


class Watch:
    """Reads one mailbox until it is told to stop, whatever the line does."""

    def __init__(
        self, account: Account, history: History, stop: Event, still_ours: Callable[[], bool]
    ) -> None:
        self.account = account
        self.history = history
        self.stop = stop
        self.still_ours = still_ours
        self.pause = 1.0

    def run(self) -> None:
        """Read, wait, read; after a failure try again, less and less often."""
        while not self.stop.is_set() and self.still_ours():
            try:
                with mailbox.opened(self.account) as client:
                    self._attend(client)
            except ChannelError as error:
                self._failed(str(error), LONGEST_AFTER_REFUSAL if error.permanent else LONGEST_PAUSE)
            except mailbox.FAILURES as error:
                self._failed(dial.why_not(error, dial.server(self.account, "imap")))

    def _attend(self, client: IMAPClient) -> None:
        while not self.stop.is_set() and self.still_ours():
            read_new(client, self.account, self.history, now())
            self.pause = 1.0
            close_old_connections()  # the pool has fewer than there may be mailboxes
            idle.wait_for_mail(client, self.stop)

    def _failed(self, said: str, longest: float = LONGEST_PAUSE) -> None:
        note(self.account, last_error=said, last_error_at=now().isoformat())
        self.stop.wait(self.pause)
        self.pause = min(self.pause * 2, longest)


def _chunks(account: Account, numbers: Sequence[int]) -> Iterator[list[int]]:
    """Return the UIDs in chunks; each alone where a line broke before, to find out at which."""
    alone_until = (account.state.get("stuck") or {}).get("until", 0)
    alone = [uid for uid in numbers if uid <= alone_until]
    yield from ([uid] for uid in alone)
    rest = numbers[len(alone) :]
    yield from (list(rest[at : at + fetch.BATCH]) for at in range(0, len(rest), fetch.BATCH))


def _read(
    client: IMAPClient, account: Account, place: Place, chunk: list[int], at: datetime
) -> Iterator[tuple[list[Letter], int]]:
    """Return the letters of a chunk in groups, each with the UID up to which all is read then."""
    if _is_given_up(account, chunk):
        yield [fetch.placeholder(account, place, chunk[0], at)], chunk[0]
        return
    with _counted(account, chunk):
        groups = list(fetch.groups(fetch.sizes(client, chunk)))
    for group in groups:
        with _counted(account, list(group)):
            letters = fetch.letters(client, account, place, group, at)
        yield letters, max(group) if group is not groups[-1] else chunk[-1]
    if not groups:
        yield [], chunk[-1]  # all of them vanished meanwhile


@contextmanager
def _counted(account: Account, chunk: Sequence[int]) -> Iterator[None]:
    """Count the lines that break at a letter: one that always breaks must not hold up the others."""
    try:
        yield
    except mailbox.FAILURES:
        before = account.state.get("stuck") or {"uid": 0, "tries": 0, "until": 0}
        tries = before["tries"] if before["uid"] == chunk[0] else 0
        until = max(before["until"], chunk[-1])
        note(account, stuck={"uid": chunk[0], "tries": tries + (len(chunk) == 1), "until": until})
        raise


def _is_given_up(account: Account, chunk: list[int]) -> bool:
    stuck = account.state.get("stuck") or {}
    return len(chunk) == 1 and stuck.get("uid") == chunk[0] and stuck["tries"] >= TRIES


def _fresh(account: Account, history: History, letters: list[Letter], cursor: Cursor) -> list[Letter]:
    """Leave out what a changed UIDVALIDITY only shows again."""
    again = [letter for letter in letters if letter.number <= cursor.recheck]
    if not again:
        return letters
    known = history.holds_contents([letter.sha256 for letter in again])
    began = account.state.get("began_at") or ""
    # Older than the desk's first look, by its owner's choice not ours (since_uid=now).
    before = datetime.fromisoformat(began) - MARGIN if began else datetime.min.replace(tzinfo=UTC)
    return [
        letter
        for letter in letters
        if letter.number > cursor.recheck or (letter.sha256 not in known and letter.received_at >= before)
    ]


def _move(account: Account, cursor: Cursor, upto: int, left_out: int, fresh: Sequence[Letter]) -> Cursor:
    cursor = replace(cursor, uid=upto)
    changes: dict[str, Any] = {"cursor": asdict(cursor)}
    if fresh:
        changes["last_mail_at"] = max(letter.received_at for letter in fresh).isoformat()
    if left_out:
        changes["left_out"] = account.state.get("left_out", 0) + left_out
    if (account.state.get("stuck") or {}).get("until", upto + 1) <= upto:
        changes["stuck"] = None
    note(account, **changes)
    return cursor


def _lacking(history: History, place: Place, numbers: Sequence[int]) -> list[int]:
    lacking = []
    for at in range(0, len(numbers), 500):
        keys = {place.key(uid): uid for uid in numbers[at : at + 500]}
        held = history.holds_keys(list(keys))
        lacking += [uid for key, uid in keys.items() if key not in held]
    return lacking


def _bring(
    client: IMAPClient,
    account: Account,
    history: History,
    place: Place,
    numbers: Sequence[int],
    at: datetime,
) -> list[Letter]:
    missing = []
    for start in range(0, len(numbers), fetch.BATCH):
        for group in fetch.groups(fetch.sizes(client, numbers[start : start + fetch.BATCH])):
            letters = fetch.letters(client, account, place, group, at)
            known = history.holds_contents([letter.sha256 for letter in letters])
            lost = [letter for letter in letters if letter.sha256 not in known]
            if lost:
                history.hand_in(lost)
            missing += lost
    return missing
