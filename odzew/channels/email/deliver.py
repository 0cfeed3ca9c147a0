"""Sending by mail: written, signed when the account has a key, handed to its server."""

from odzew.channels.base import Outgoing, Receipt
from odzew.channels.email import dial
from odzew.channels.email.compose import compose
from odzew.channels.email.send import sign, submit
from odzew.channels.models import Account


def send(account: Account, outgoing: Outgoing) -> Receipt:
    """Send a message and return what the server said.

    :raises ChannelError: when it did not go, or nobody knows whether it went
    """
    content = compose(outgoing)
    key = dial.secrets(account).get("dkim_key")
    if key:
        content = sign(content, account.domain, account.settings.get("dkim_selector", "odzew"), key)
    recipients = [address for _name, address in (*outgoing.to, *outgoing.cc)]
    return submit(account, account.address, recipients, content, needed=len(outgoing.to))
