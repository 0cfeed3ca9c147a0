"""Calls of Telegram at our address: proven by the secret we gave when we named it."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from odzew.channels.models import Account
from odzew.channels.telegram import parse
from odzew.channels.telegram.letters import letter
from odzew.channels.watching import Brought, Damaged, Forged, Heard

SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105  a header (https://core.telegram.org/bots/api#setwebhook)


def hear(account: Account, heard: Heard, at: datetime) -> list[Brought]:
    """Return the update that a call brings.

    :raises Forged: when it does not bear our secret
    :raises Damaged: when it is no whole update
    """
    ours = str(account.secrets.get("hook", ""))
    given = heard.headers.get(SECRET, "")
    if not ours or not hmac.compare_digest(ours.encode(), given.encode("utf-8", "replace")):
        raise Forged("The secret is not that of this bot.")
    try:
        return [Brought(account.pk, letter(account, heard.body, at))]
    except parse.Damaged as error:
        raise Damaged(str(error)) from error


def greet(_account: Account, _asked: Mapping[str, str]) -> str:
    """Refuse: Telegram asks nothing before it comes.

    :raises Forged: always
    """
    raise Forged("Telegram asks nothing before it comes.")
