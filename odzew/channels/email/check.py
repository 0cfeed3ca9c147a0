"""The test of a mailbox: each server is dialled and signed in to, and says what is wrong."""

import smtplib
from contextlib import suppress

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError, Check
from odzew.channels.email import send
from odzew.channels.models import Account

PATIENCE = 15.0  # seconds; a person is waiting


def check(account: Account) -> list[Check]:
    """Return what came of trying the servers of a mailbox; nothing is sent and nothing is read."""
    return [_smtp(account)]


def _smtp(account: Account) -> Check:
    what = _("Handing mail in (SMTP)")
    try:
        line = send.open_line(account, PATIENCE)
    except ChannelError as error:
        return Check(False, what, str(error))
    with suppress(smtplib.SMTPException, OSError):  # it did all we asked; how it says goodbye is its own
        line.quit()
    return Check(True, what, _("The server took the line, the security and the password."))
