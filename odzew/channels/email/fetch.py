"""Letters out of an open folder, by their UIDs."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from odzew.channels.email import mime, verify
from odzew.channels.models import Account
from odzew.channels.watching import Letter

log = logging.getLogger(__name__)
BATCH = 50
BATCH_BYTES = 16 * 2**20
WINDOW = 50_000  # UIDs asked for at once: imaplib takes no line over a million bytes
SAFE_COUNT = 100_000

Item = dict[bytes, Any]
Known = dict[int, Item]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as it was opened: UIDs mean something only together with its UIDVALIDITY."""

    folder: str
    uidvalidity: int
    uidnext: int
    count: int

    def key(self, uid: int) -> str:
        """Return what the transport calls a letter; the same for ever (RFC 9051 §2.3.1.1)."""
        folder = self.folder
        if len(folder) > 150:
            folder = sha256(folder.encode()).hexdigest()
        return f"imap:{folder}:{self.uidvalidity}:{uid}"


def uids(client: IMAPClient, place: Place, first: int) -> list[int]:
    """Return the UIDs from `first` on, in order."""
    if place.count <= SAFE_COUNT:
        found = client.search(["UID", f"{first}:*"])  # names the last one even when it is lower
        return sorted(uid for uid in found if uid >= first)
    starts = range(first, place.uidnext, WINDOW)
    return sorted(uid for start in starts for uid in client.search(["UID", f"{start}:{start + WINDOW - 1}"]))


def sizes(client: IMAPClient, numbers: Sequence[int]) -> Known:
    """Return size and moment of the letters; the vanished are left out."""
    try:
        said = client.fetch(numbers, ["RFC822.SIZE", "INTERNALDATE"])
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        log.warning("The server refuses the sizes of %d letters: %s", len(numbers), error)
        if len(numbers) == 1:
            return {numbers[0]: {}}
        return {uid: known for each in numbers for uid, known in sizes(client, [each]).items()}
    return {uid: said[uid] for uid in sorted(said)}


def arrived(known: Item, at: datetime) -> datetime:
    """Return when a letter came into the mailbox; `at` when the server does not say."""
    said = known.get(b"INTERNALDATE")
    return said if isinstance(said, datetime) and said.tzinfo else at


def groups(known: Known) -> Iterator[Known]:
    """Return the letters in groups that fit into memory."""
    group: Known = {}
    total = 0
    for uid, item in known.items():
        if group and total + _weight(item) > BATCH_BYTES:
            yield group
            group, total = {}, 0
        group[uid] = item
        total += _weight(item)
    if group:
        yield group


def _weight(item: Item) -> int:
    # What is too large is not read whole.
    given = int(item.get(b"RFC822.SIZE", 0))
    return given if given <= settings.SMTP_SIZE_LIMIT else 2**16


def letters(client: IMAPClient, account: Account, place: Place, batch: Known, at: datetime) -> list[Letter]:
    """Return the letters of a batch; whatever the server cannot give is there as a note.

    :raises imaplib.IMAP4.abort: when the line breaks; then none of the batch was had
    """
    limit = settings.SMTP_SIZE_LIMIT
    small = [uid for uid, known in batch.items() if known.get(b"RFC822.SIZE", 0) <= limit]
    contents = _contents(client, small)
    found = []
    for uid, known in batch.items():
        content, notes = contents.get(uid), []
        if content is None and uid not in small:
            content, notes = _head(client, place, uid), [_too_large(known, place)]
        if content is None and _is_there(client, uid):
            content, notes = _head(client, place, uid), [_unreadable(place)]
        if content is not None:
            found.append(_letter(account, place, uid, content, notes, known, at))
    return found


def placeholder(account: Account, place: Place, uid: int, at: datetime) -> Letter:
    """Return a letter for one that cannot be had, so that its sender is still owed an answer."""
    return _letter(account, place, uid, _nothing(place, uid), [_unreadable(place)], {}, at)


def _contents(client: IMAPClient, numbers: Sequence[int]) -> dict[int, bytes]:
    """Return the whole letters; when the server refuses a batch, one by one."""
    if not numbers:
        return {}
    try:
        said = client.fetch(numbers, ["BODY.PEEK[]"])
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        log.warning("The server refuses %d letters: %s", len(numbers), error)
        return _one_by_one(client, numbers) if len(numbers) > 1 else {}
    return {uid: bytes(item[b"BODY[]"]) for uid, item in said.items() if item.get(b"BODY[]")}


def _one_by_one(client: IMAPClient, numbers: Iterable[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for uid in numbers:
        found |= _contents(client, [uid])
    return found


def _head(client: IMAPClient, place: Place, uid: int) -> bytes | None:
    try:
        said = client.fetch([uid], ["BODY.PEEK[HEADER]"])
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        said = {}
    return said.get(uid, {}).get(b"BODY[HEADER]") or (
        _nothing(place, uid) if _is_there(client, uid) else None
    )


def _is_there(client: IMAPClient, uid: int) -> bool:
    return uid in client.search(["UID", str(uid)])


def _nothing(place: Place, uid: int) -> bytes:
    return f"X-Odzew-Left-On-Server: {place.key(uid)}\r\n\r\n".encode()


def _letter(
    account: Account,
    place: Place,
    uid: int,
    content: bytes,
    notes: list[str],
    known: Item,
    at: datetime,
) -> Letter:
    # The customer waits since it lay in the mailbox, not since we came to look.
    moment = min(arrived(known, at), at)
    envelope: dict[str, Any] = {"to": [account.address]}
    trusted = account.settings.get("trusted_authserv", [])
    if trusted:
        envelope["proof"] = verify.from_results(mime.split(content).headers, trusted)
    if notes:
        envelope |= {"notes": notes, "size": int(known.get(b"RFC822.SIZE", 0)), "left_on_server": True}
    return Letter(
        number=uid, transport_key=place.key(uid), content=content, received_at=moment, envelope=envelope
    )


def _too_large(known: Item, place: Place) -> str:
    said = _(
        "This mail has %(size)d MB, more than this desk takes. It lies whole in the folder “%(folder)s”."
    )
    return said % {"size": int(known.get(b"RFC822.SIZE", 0)) >> 20, "folder": place.folder}


def _unreadable(place: Place) -> str:
    said = _("The mail server could not give this mail. It lies in the folder “%(folder)s”: read it there.")
    return said % {"folder": place.folder}
