"""What goes out: the author's words, the signature, and the customer's words below."""

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.channels import registry
from odzew.channels.base import Enclosure, Outgoing
from odzew.channels.models import Account
from odzew.conversations import picturing, status_link, verdicts, whereabouts
from odzew.conversations.models import Message
from odzew.conversations.reply_address import reply_address
from odzew.lib import marked
from odzew.lib.plain import one_line
from odzew.outbox import page
from odzew.staff import brand

BY_MACHINE = (Message.Purpose.RECEIPT, Message.Purpose.CODE)
REFERENCES = 20  # the first and the newest are what clients thread by (RFC 5322 §3.6.4)


def write(message: Message, account: Account | None = None) -> Outgoing:
    """Return the message as a channel sends it, by an account if not by that of its conversation."""
    conversation = message.conversation
    account = account or conversation.account
    before = _before(message)
    copies: list[list[str]] = message.recipients.get("cc", [])
    last = _last(before)
    return Outgoing(
        sender_name=sender_name(message),
        sender=account.address,
        to=((receiver_name(message), message.to_address),),
        cc=tuple((name, address) for name, address in copies),
        reply_to=reply_address(account.address, conversation.pk, message.to_address),
        subject=message.subject,
        text=_text(message, last),
        html=_page(message, last) if message.has_html else "",
        message_id=message.message_id,
        in_reply_to=last.message_id if last else "",
        references=_references(before),
        date=message.not_before or message.at,  # when it was put on its way (RFC 5322 §3.6.1)
        automatic=message.purpose in BY_MACHINE,
        language=message.language,
        enclosures=tuple(_enclosures(message)),
        template=message.template,
    )


def _before(message: Message) -> list[Message]:
    """Return what was said before between us and whom the letter goes to, of all that stands here."""
    rows = message.conversation.messages.exclude(direction=Message.Direction.NOTE).exclude(message_id="")
    said = (
        rows.filter(at__lte=message.at).exclude(pk=message.pk).select_related("origin", "conversation__team")
    )
    return [one for one in said.order_by("at", "pk") if _is_with(one, message.to_address.lower())]


def _is_with(said: Message, address: str) -> bool:
    # Our belief that two addresses are one person's proves nothing to either (docs/adr/0031). Who asks
    # for replies at another address writes from one, and reads at the other.
    ours = said.direction == Message.Direction.OUTBOUND
    other = said.to_address if ours else said.from_address
    if other.lower() == address:
        return True
    return not ours and whereabouts.first_home(said).address.lower() == address


def _references(before: list[Message]) -> tuple[str, ...]:
    ids = [m.message_id for m in before]
    return tuple(ids if len(ids) <= REFERENCES else [ids[0], *ids[1 - REFERENCES :]])


def sender_name(message: Message) -> str:
    """Return the name the letter comes from."""
    firm = brand.firm(message.conversation.account)
    return one_line(f"{message.author.name} · {firm}" if message.author else firm)


def receiver_name(message: Message) -> str:
    """Return the name the letter goes to; none when a machine wrote it."""
    # Nobody reads what a machine sends before it goes, so it holds no word a stranger chose (SAFETY P16).
    return one_line(message.conversation.customer.name) if message.author else ""


def last_said(message: Message) -> Message | None:
    """Return the customer's words the letter answers, and quotes."""
    return _last(_before(message))


def _last(before: list[Message]) -> Message | None:
    # What a machine wrote in between is neither answered nor quoted.
    said = [m for m in before if m.direction == Message.Direction.INBOUND and not m.automatic]
    return said[-1] if said else None


def _page(message: Message, last: Message | None) -> str:
    words = page.words(message, question(message), picturing.in_mail(message))
    return page.whole(message, words, page.quoted(last) if last is not None and message.author else "")


def _text(message: Message, last: Message | None) -> str:
    parts = [words(message)]
    if message.conversation.account.channel in registry.CHATS:
        return parts[0]  # what was said before stands above it already
    if last is not None and message.author:
        parts.append(quoted(last))
    return "\n\n".join(parts) + "\n"


def words(message: Message) -> str:
    """Return what we say, as plain text: the author's words, our question, the signature."""
    parts = [marked.to_plain(message.text).rstrip() if message.has_html else message.text.rstrip()]
    if asked := question(message):
        parts.append("\n".join(asked))
    if message.signature:
        parts.append(f"-- \n{message.signature}")
    return "\n\n".join(parts)


def question(message: Message) -> tuple[str, ...]:
    """Return the question whether it answered, in the customer's language, and its link; or nothing."""
    if not verdicts.asks(message):
        return ()
    conversation = message.conversation
    wanted = (message.language, conversation.language, conversation.team.language)
    with translation.override(brand.current().spoken(*wanted)):
        asked = _("Did this answer your question? One press says yes or not yet:")
    return asked, status_link.question(conversation, message.pk or 0)  # none is written yet


def quoted(last: Message) -> str:
    """Return the customer's words as plain text quotes them."""
    head = page.head(last)
    return "\n".join([head, *(f"> {line}".rstrip() for line in last.own_words.splitlines())])


def _enclosures(message: Message) -> list[Enclosure]:
    return [
        Enclosure(
            filename=f.filename,
            content_type=f.content_type,
            content=bytes(f.blob.content),
            content_id=f.content_id,
        )
        for f in message.attachments.select_related("blob").order_by("index")
        if f.blob
    ]
