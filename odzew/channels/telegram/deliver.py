"""Sending by a bot: words in pieces, then each file; plain, as a chat shows no marks."""

from odzew.channels import handing
from odzew.channels.base import Outgoing, Receipt
from odzew.channels.models import Account
from odzew.channels.telegram import api

LONGEST = 4096  # characters of a message (https://core.telegram.org/bots/api#sendmessage)


def send(account: Account, outgoing: Outgoing) -> Receipt:
    """Send a message and return what Telegram calls its parts: `ok` says that the receiver's server has it.

    :raises ChannelError: when it did not go, or nobody knows whether it went; parts that went are noted
    """
    chat = outgoing.to[0][1]

    def give(part: handing.Part, _number: int) -> str:
        if isinstance(part, str):
            # A preview would have Telegram open the links we send, the customer's own page among them.
            said = {"chat_id": chat, "text": part, "link_preview_options": {"is_disabled": True}}
            found = api.call(account, "sendMessage", said)
        else:
            found = api.send_file(account, "sendDocument", {"chat_id": chat}, "document", part)
        return str((found or {}).get("message_id", ""))

    parts = handing.parts(outgoing.text, outgoing.enclosures, LONGEST)
    taken = handing.hand_over(account, outgoing.message_id, parts, give)
    return Receipt(f"Telegram: {', '.join(taken)}")
