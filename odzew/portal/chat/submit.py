"""What a visitor writes goes through the door like a mail: kept first, then accepted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_noop

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.channels.packed import pack
from odzew.conversations.visitor import Visitor
from odzew.intake.keep import Payload, keep
from odzew.intake.visiting import DOOR
from odzew.lib.plain import one_line, plain
from odzew.portal import guard
from odzew.portal.chat.token import Known
from odzew.portal.submit import attached

TEXT_AT_MOST = 10_000  # characters
FILES_AT_MOST = 20 * 2**20  # bytes together
MANY_FILES = 10
ONCE = re.compile(r"[A-Za-z0-9-]{8,40}")
PER_VISITOR = 120  # messages an hour
NEW_PER_PEER = 30  # visitors an hour; more are held
MANY_NEW = gettext_noop("More than thirty new visitors of a chat wrote from one computer within an hour.")


class NotTaken(Exception):
    """What was written cannot be taken; the text says why and what to do. `status` is that of HTTP."""

    def __init__(self, said: str, status: int = 422) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Written:
    """One message as a window sends it; `once` is its own name for it."""

    once: str
    text: str
    language: str
    mail: str
    page: str
    files: "Sequence[UploadedFile[bytes]]"


def transport_key(visitor: str, once: str) -> str:
    """Return what a message is known by, however often it is sent."""
    return f"{DOOR}:{visitor}:{once}"


def check(request: HttpRequest, account: Account, visitor: str, written: Written, now: datetime) -> str:
    """Return why a message is held, empty when it is not.

    :raises NotTaken: when it is empty, too large, or too much for an hour
    """
    if guard.is_too_much(request, now) or guard.counted("visitor", visitor, now) > PER_VISITOR:
        raise NotTaken(_("Very much has come from you. It is sent again in a while by itself."), 429)
    if not ONCE.fullmatch(written.once) or not (written.text.strip() or written.files):
        raise NotTaken(_("Write something first."))
    if written.files and not chats.chat(account.settings).files:
        raise NotTaken(_("This chat takes no files."))
    size = sum(file.size or 0 for file in written.files)
    if len(written.text) > TEXT_AT_MOST or size > FILES_AT_MOST or len(written.files) > MANY_FILES:
        raise NotTaken(
            _("That is too much at once: at most 10 000 characters, and ten files of 20 MB together.")
        )
    peer = guard.peer(request)
    if peer and not Visitor.objects.filter(key=visitor, conversation__isnull=False).exists():
        return MANY_NEW if guard.counted("chat-new", peer, now) > NEW_PER_PEER else ""
    return ""


def take(
    account: Account, visitor: str, written: Written, known: Known | None, held: str, now: datetime
) -> None:
    """Keep what was written; when it returns, it is on disk, once, however often it is sent.

    :raises django.db.Error: when the database cannot keep it
    """
    said = {
        "once": written.once,
        "text": plain(written.text.replace("\r\n", "\n")),
        "language": written.language,
        "mail": written.mail,
        "page": one_line(written.page)[:500],
    }
    envelope: dict[str, object] = {
        "from": chats.address(visitor),
        "to": [account.address],
        "visitor": visitor,
        "proof": {"page": "chat"} | ({"shop": known.number} if known else {}),
    }
    more = ({"shop": known.kept()} if known else {}) | ({"held": held} if held else {})
    payload = Payload(
        account=account.pk,
        door=DOOR,
        content=pack(said, [attached(file) for file in written.files]),
        received_at=now,
        envelope=envelope | more,
        transport_key=transport_key(visitor, written.once),
    )
    keep([payload])
