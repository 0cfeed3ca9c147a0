"""By which account a message goes now: an answer to a chat is offered to the window, then goes by mail."""

from datetime import datetime

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.conversations import by_mail
from odzew.conversations.models import Message
from odzew.conversations.visitor import Visitor


def way(message: Message, at: datetime) -> Account:
    """Return the account that sends a message at a moment; what it goes to by mail is noted on it.

    What belongs to a merged conversation goes where that one does: it has its address, and no other's.

    The window has the patience of its chat to show it. When no window is left, or none showed it, and an
    address is known, it goes by mail; the window may still be quicker, and whoever settles second
    changes nothing.
    """
    talk = message.origin or message.conversation
    if talk.account.channel != chats.CHANNEL or not _is_its_turn(message, at):
        return talk.account
    mailbox = by_mail.mailbox(talk)
    if mailbox != talk.account and not chats.is_mail(message.to_address):
        message.to_address = talk.address.lower()  # as a report of what did not arrive is looked up
        message.recipients = {**message.recipients, "to": [["", talk.address]]}
        message.save(update_fields=["to_address", "recipients"])
    return mailbox


def _is_its_turn(message: Message, at: datetime) -> bool:
    talk = message.origin or message.conversation
    if not chats.is_mail(talk.address):
        return False
    patience = chats.chat(talk.account.settings).patience
    waited = at - (message.not_before or message.at)
    return waited >= patience or not Visitor.objects.filter(conversation=talk).exists()
