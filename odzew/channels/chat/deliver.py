"""An answer is offered to the visitor's window; it has arrived when the window says that it was shown.

The window fetches what stands in the history (odzew/portal/chat), so there is nothing to send here, and
nothing that could be in doubt: until the window has spoken, the answer waits and pays nothing.
"""

from datetime import timedelta

from django.utils.translation import gettext_noop

from odzew.channels import chats
from odzew.channels.base import ChannelError, Outgoing, Receipt
from odzew.channels.models import Account
from odzew.lib.clock import now

LOOK_AGAIN = timedelta(minutes=5)  # whether an address has become known
NOT_SHOWN = gettext_noop("The visitor has not seen it yet.")
NOWHERE = gettext_noop("The visitor has left before it was shown, and no mail address is known.")


def send(account: Account, outgoing: Outgoing) -> Receipt:
    """Wait for the visitor's window.

    :raises ChannelError: always; `again_in` says when it may go by another way
    """
    left = outgoing.date + chats.chat(account.settings).patience - now()
    if left > timedelta(0):
        raise ChannelError(NOT_SHOWN, again_in=left)
    raise ChannelError(NOWHERE, again_in=LOOK_AGAIN)
