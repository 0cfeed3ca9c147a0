"""Making a bot ready, and asking whether all is well with it."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.telegram import api
from odzew.channels.telegram.letters import WANTED

LATELY = timedelta(minutes=30)
A_FEW = 4  # connections of Telegram at once: a desk of one process has no more use for


def connect(account: Account, site: str) -> None:
    """Ask who the bot is, and tell Telegram where its updates go.

    Its name becomes the address of the account; the number stays, whatever the bot is called.

    :raises ChannelError: when the token is none, or of another bot, or our address is not taken
    """
    found = api.call(account, "getMe", {})
    number, name = (found or {}).get("id"), (found or {}).get("username")
    known = account.settings.get("bot")
    if known and known != number:
        raise ChannelError(
            _("This token is of another bot, @%(name)s. Connect that one by itself.") % {"name": name}
        )
    account.address = f"@{name}".lower()
    account.settings = {**account.settings, "bot": number}
    if account.settings.get("way") == "hook":
        _name_address(account, site)
    else:
        api.call(account, "deleteWebhook", {"drop_pending_updates": False})


def look(account: Account, at: datetime) -> None:
    """Ask whether the bot is known, and whether Telegram could bring what was written to it.

    :raises ChannelError: when something is wrong
    """
    api.call(account, "getMe", {})
    if account.settings.get("way") == "hook":
        _look_at_hook(api.call(account, "getWebhookInfo", {}) or {}, at)


def _name_address(account: Account, site: str) -> None:
    kept = account.secrets
    hook = kept.get("hook") or secrets.token_urlsafe(32)
    if not account.settings.get("hook"):
        account.settings = {**account.settings, "hook": secrets.token_hex(8)}
    account.secrets = {**kept, "hook": hook}
    told = {
        "url": address(account, site),
        "secret_token": hook,
        "allowed_updates": WANTED,
        "max_connections": A_FEW,
    }
    api.call(account, "setWebhook", told)


def address(account: Account, site: str) -> str:
    """Return where Telegram brings updates of a bot."""
    return f"{site.rstrip('/')}/hooks/telegram/{account.settings.get('hook', '')}"


def _look_at_hook(found: dict[str, Any], at: datetime) -> None:
    if not found.get("url"):
        raise ChannelError(_("Telegram knows no address to bring messages to. Keep the bot again."))
    failed, waiting = found.get("last_error_date"), found.get("pending_update_count", 0)
    if waiting and isinstance(failed, int) and at - datetime.fromtimestamp(failed, UTC) < LATELY:
        said = _("Telegram cannot bring messages to this desk; %(count)d wait there. It says: %(said)s")
        raise ChannelError(said % {"count": waiting, "said": found.get("last_error_message", "")})
