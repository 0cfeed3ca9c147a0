"""The test of a bot: whether its token is known, and how its updates come."""

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError, Check
from odzew.channels.models import Account
from odzew.channels.telegram import api, connect
from odzew.lib.clock import now


def check(account: Account) -> list[Check]:
    """Return what came of asking Telegram; nothing is sent, fetched or changed."""
    try:
        found = api.call(account, "getMe", {}) or {}
    except ChannelError as error:
        return [Check(False, _("The token"), str(error))]
    known = Check(True, _("The token"), _("The bot is @%(name)s.") % {"name": found.get("username", "")})
    return [known, _updates(account)]


def _updates(account: Account) -> Check:
    what = _("How messages come")
    try:
        connect.look(account, now())
    except ChannelError as error:
        return Check(False, what, str(error))
    if account.settings.get("way") == "hook":
        return Check(True, what, _("Telegram brings them to the address of this desk."))
    return Check(True, what, _("A worker of this desk asks Telegram for them."))
