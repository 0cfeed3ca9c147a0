"""Making an outbound row: the queued message is the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

from odzew.channels import registry
from odzew.conversations import signing
from odzew.conversations.models import Attachment, Blob, Conversation, Message
from odzew.lib.plain import one_line
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to be sent along."""

    filename: str
    content_type: str
    content: bytes


def draft(
    conversation: Conversation,
    purpose: Message.Purpose,
    text: str,
    now: datetime,
    *,
    author: Person | None = None,
) -> Message:
    """Return an unsaved message to the customer, queued, with an identifier nobody can guess.

    The identifier is made once and stays the same in every try (RFC 5322 §3.6.4).
    """
    merged = conversation.stands_for_id is not None
    return Message(
        conversation=conversation.stands_for if merged else conversation,
        origin=conversation if merged else None,
        direction=Message.Direction.OUTBOUND,
        purpose=purpose,
        state=Message.State.QUEUED,
        at=now,
        next_try_at=now,
        author=author,
        to_address=conversation.address.lower(),  # as reports of what did not arrive are looked up
        recipients={"to": [["", conversation.address]]},
        subject=reply_subject(conversation),
        text=text,
        own_words=text,
        language=conversation.language,
        signature=_signature(conversation, author, text),
        message_id=f"<{token_hex(16)}@{conversation.account.domain}>",
    )


def _signature(conversation: Conversation, author: Person | None, text: str) -> str | None:
    # Nobody signs in a chat: the name of the bot or number stands above each message.
    if author is None or conversation.account.channel in registry.CHATS:
        return None
    return signing.under(conversation, author, text)


def reply_subject(conversation: Conversation) -> str:
    """Return the customer's subject with one Re: before it."""
    subject = one_line(conversation.subject)  # a break would forge a field, and no reply could go out
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


def enclose(message: Message, uploads: Sequence[Upload]) -> None:
    """Keep the files of a saved message, each content once."""
    for index, upload in enumerate(uploads):
        digest = sha256(upload.content).hexdigest()
        Blob.objects.get_or_create(sha256=digest, defaults={"content": upload.content})
        Attachment.objects.create(
            message=message,
            index=index,
            filename=one_line(upload.filename)[:255],
            content_type=upload.content_type[:255],
            size=len(upload.content),
            sha256=digest,
            blob_id=digest,
        )
