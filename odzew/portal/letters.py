"""What the customer writes on his page goes through the door like a mail: kept first, then accepted."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from odzew.channels import registry
from odzew.conversations import by_mail
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import reply_address
from odzew.intake.keep import Payload, keep
from odzew.portal import matter

TEXT_AT_MOST = 50_000  # characters
FILES_AT_MOST = 20 * 2**20  # bytes together
PER_HOUR = 20
KIND = re.compile(r"[a-z0-9]+/[a-z0-9][a-z0-9.+-]{0,60}")
AN_HOUR = timedelta(hours=1)


class NotTaken(Exception):
    """What was written cannot be taken; the text says why and what to do."""


def take(
    conversation: Conversation,
    text: str,
    files: "Sequence[UploadedFile[bytes]]",
    once: str,
    now: datetime,
    *,
    by_code: bool = False,
) -> None:
    """Keep what the customer wrote; when it returns, it is on disk. `once` names this one sending.

    `by_code` says that this browser has proven with a code to hold the address.

    :raises NotTaken: when it is empty, too large, or too much for an hour
    """
    _check(conversation, text, files, now)
    letter = _letter(conversation, text, files, now)
    to, shown = str(letter["To"]), "code" if by_code else "link"
    payload = Payload(
        account=by_mail.mailbox(conversation).pk,
        door="page",
        content=letter.as_bytes(),
        received_at=now,
        envelope={
            "from": conversation.address,
            "to": [to],
            "proof": {"page": shown},
            **_kind_of(conversation),
        },
        # The same form sent twice is one message; other words from the same form are another.
        transport_key=f"page:{once[:64]}:{sha256(text.encode()).hexdigest()[:32]}" if once else None,
    )
    keep([payload])


def _kind_of(conversation: Conversation) -> dict[str, str]:
    channel = conversation.account.channel
    return {"kind": channel} if channel in registry.CHATS else {}


def _check(
    conversation: Conversation, text: str, files: "Sequence[UploadedFile[bytes]]", now: datetime
) -> None:
    if not text.strip() and not files:
        raise NotTaken(_("Write something first."))
    if len(text) > TEXT_AT_MOST or sum(file.size or 0 for file in files) > FILES_AT_MOST:
        raise NotTaken(_("That is too much at once: at most 50 000 characters and 20 MB of files."))
    here = matter.messages(conversation).filter(direction=Message.Direction.INBOUND, at__gt=now - AN_HOUR)
    if here.count() >= PER_HOUR:
        raise NotTaken(
            _("You have written very often within an hour. Reply to our mail, or try again later.")
        )


def _letter(
    conversation: Conversation, text: str, files: "Sequence[UploadedFile[bytes]]", now: datetime
) -> EmailMessage:
    letter = EmailMessage(policy=SMTPUTF8)
    letter["From"] = conversation.address
    letter["To"] = reply_address(by_mail.mailbox(conversation).address, conversation.pk, conversation.address)
    letter["Date"] = format_datetime(now)
    letter.set_content(text or "\n", cte="base64")
    for file in files:
        main, sub = _kind(file.content_type or "")
        letter.add_attachment(file.read(), maintype=main, subtype=sub, filename=file.name or "file")
    return letter


def _kind(told: str) -> tuple[str, str]:
    # A browser's word; a part that holds parts would be read as a mail inside the mail.
    main, _slash, sub = told.lower().partition("/")
    plain = KIND.fullmatch(told.lower()) and main not in ("message", "multipart", "text")
    return (main, sub) if plain else ("application", "octet-stream")
