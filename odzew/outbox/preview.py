"""A reply as the customer will get it, shown to its author before it goes: made by what makes the letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from odzew.conversations import outbound
from odzew.conversations.models import Conversation, Message
from odzew.lib import marked
from odzew.outbox import letter, page
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Preview:
    """What the mail will say; of a formatted one, `words` and `quoted` are HTML in which nothing runs."""

    sender: str
    receiver: str
    subject: str
    language: str
    words: str
    quoted: str
    is_page: bool


def of(
    talk: Conversation,
    author: Person,
    text: str,
    now: datetime,
    *,
    pays: Sequence[int],
    pictures: Mapping[str, str],
) -> Preview:
    """Return what a reply would look like that is sent `now`; nothing is written.

    With `pays` it answers, and asks whether it did. `pictures` says where each file that goes along and
    can be shown in the text stands on our page.
    """
    purpose = Message.Purpose.ANSWER if pays else Message.Purpose.ACKNOWLEDGEMENT
    message = outbound.draft(talk, purpose, text, now, author=author)
    message.pays, message.has_html = list(pays), marked.is_marked(text)
    last = letter.last_said(message)
    if message.has_html:
        words, quoted = _page(message, last, pictures)
    else:
        words, quoted = letter.words(message), letter.quoted(last) if last else ""
    return Preview(
        sender=_named(letter.sender_name(message), talk.account.address),
        receiver=_named(letter.receiver_name(message), message.to_address),
        subject=message.subject,
        language=message.language,
        words=words,
        quoted=quoted,
        is_page=message.has_html,
    )


def _page(message: Message, last: Message | None, pictures: Mapping[str, str]) -> tuple[str, str]:
    asked = letter.question(message)
    # There is nothing to answer for the customer yet: its link is shown, and leads nowhere.
    words = marked.shown(page.words(message, asked, pictures), without=asked[-1] if asked else "")
    return words, marked.shown(page.quoted(last)) if last else ""


def _named(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address
