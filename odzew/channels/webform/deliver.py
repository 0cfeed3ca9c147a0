"""A form sends nothing: the answer goes out by the mailbox its settings name."""

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError, Outgoing, Receipt
from odzew.channels.models import Account


def send(_account: Account, _outgoing: Outgoing) -> Receipt:
    """Refuse for good.

    :raises ChannelError: always
    """
    raise ChannelError(_("This form names no mailbox to answer by: choose one on its page."), permanent=True)
