"""What a channel understood, written into rows that every database takes."""

from odzew.channels.base import Inbound
from odzew.conversations.models import Attachment, Message
from odzew.lib.plain import plain, plain_key
from odzew.lib.rows import new_row


def say(message: Message, said: Inbound) -> None:
    """Fill a message with what came in."""
    message.from_name = plain(said.name, 300)
    message.from_address = plain(said.address, 320)
    message.recipients = _deep(dict(said.recipients))
    message.subject = plain(said.subject)
    message.text = plain(said.text)
    message.own_words = plain(said.own_words)
    message.has_html = said.has_html
    message.language = said.language
    message.notes = _deep(list(said.notes))
    message.questions = _deep(list(said.questions))
    message.proof = _deep(dict(said.proof))
    message.forwarded = _deep(dict(said.forwarded))
    message.message_id = plain_key(said.message_id, 998)  # a line of a mail is no longer (RFC 5322 §2.1.1)
    message.references = _deep(list(said.references))


def files(message: Message, said: Inbound) -> list[Attachment]:
    """Return the files of a message as rows; their bytes stay in the payload."""
    return [
        new_row(
            Attachment,
            message_id=message.pk,
            index=file.index,
            filename=plain(file.filename, 255),
            content_type=plain(file.content_type, 255),
            size=file.size,
            sha256=file.sha256,
            content_id=plain(file.content_id, 998),
            inline=file.inline,
            note=plain(file.note),
        )
        for file in said.files
    ]


def _deep(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(str(key)): _deep(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_deep(inner) for inner in value]
    return value
