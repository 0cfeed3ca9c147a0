"""By which mailbox a conversation goes on by mail, whichever door it came through."""

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.conversations.models import Conversation


def mailbox(conversation: Conversation) -> Account:
    """Return the mailbox of a conversation: of a chat, the one its settings name if that is in use."""
    account = conversation.account
    if account.channel != chats.CHANNEL:
        return account
    named = Account.objects.filter(pk=chats.chat(account.settings).by_mail, channel="email", active=True)
    return named.first() or account
