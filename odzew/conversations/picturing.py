"""The pictures of a formatted reply: files that go along and are shown where the text names them."""

from collections.abc import Mapping, Sequence
from secrets import token_hex

from django.utils.translation import gettext as _

from odzew.conversations.models import Message
from odzew.conversations.outbound import Upload
from odzew.domain.obligation import Refused
from odzew.lib import marked

# By their first bytes, whatever they are called: no browser is told that anything else is a picture.
KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def kind(content: bytes) -> str:
    """Return the type of a picture that every mail program and browser shows; empty when it is none."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((name for begins, name in KINDS if content.startswith(begins)), "")


def check(text: str, uploads: Sequence[Upload]) -> None:
    """Refuse a text that shows a picture which does not go along.

    :raises Refused: when it does
    """
    shown = {upload.filename for upload in uploads if kind(upload.content)}
    missing = [name for name in marked.pictures(text) if name not in shown]
    if missing:
        words = _(
            "The text shows the picture %(name)s, which is not attached. Paste it again, or take it out."
        )
        raise Refused(words % {"name": missing[0]})


def place(message: Message) -> None:
    """Give each picture the text shows a name by which the mail refers to it."""
    wanted = set(marked.pictures(message.text))
    for file in message.attachments.select_related("blob").order_by("index"):
        if file.filename in wanted and file.blob is not None:
            wanted.discard(file.filename)
            file.inline, file.content_type = True, kind(bytes(file.blob.content))
            file.content_id = f"<{token_hex(12)}@{message.conversation.account.domain}>"
            file.save(update_fields=["inline", "content_type", "content_id"])


def in_mail(message: Message) -> Mapping[str, str]:
    """Return where each picture of a message stands in its mail."""
    files = message.attachments.filter(inline=True).exclude(content_id="")
    return {file.filename: f"cid:{file.content_id.strip('<>')}" for file in files}
