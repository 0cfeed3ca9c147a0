"""The Bot API (https://core.telegram.org/bots/api, "Making requests"): one call, its result or its fault."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from odzew.channels import provider
from odzew.channels.base import ChannelError, Enclosure
from odzew.channels.models import Account

LONGEST_WAIT = 3600  # seconds that we wait for a bot that wrote too much
UNKNOWN = (401, 404)  # so the API answers to a token it does not know


def token(account: Account) -> str:
    """Return the token of a bot.

    :raises ChannelError: when it was sealed with another key
    """
    return str(provider.secrets(account).get("token", ""))


def call(account: Account, method: str, fields: Mapping[str, Any], *, seconds: float = 20.0) -> Any:
    """Call a method, and return its result.

    :raises ChannelError: permanent when it is refused for good; `again_in` after "too many requests"
    """
    said = provider.post(_url(account, method), provider.as_json(fields), provider.JSON, seconds=seconds)
    return _result(said)


def send_file(account: Account, method: str, fields: Mapping[str, str], name: str, file: Enclosure) -> Any:
    """Call a method with a file in it.

    :raises ChannelError: as `call` does
    """
    content, headers = provider.with_file(fields, name, file)
    return _result(provider.post(_url(account, method), content, headers, seconds=120.0))


def file_address(account: Account, path: str) -> str:
    """Return where the bytes of a file are ("getFile")."""
    return f"{_root()}/file/bot{token(account)}/{path}"


def _url(account: Account, method: str) -> str:
    return f"{_root()}/bot{token(account)}/{method}"


def _root() -> str:
    return str(settings.TELEGRAM_API).rstrip("/")


def _result(said: provider.Said) -> Any:
    if said.body.get("ok") is True:
        return said.body.get("result")
    raise _fault(said)


def _fault(said: provider.Said) -> ChannelError:
    code = said.body.get("error_code") or said.status
    words = {"code": code, "said": str(said.body.get("description", ""))[:500]}
    if code in UNKNOWN:
        told = _("Telegram does not know this token. Enter the one BotFather shows now. (%(code)s %(said)s)")
        return ChannelError(told % words)  # a new token mends it, and what waits goes out then
    if code == 429:
        return ChannelError(_("Telegram asks us to wait. (%(said)s)") % words, again_in=_wait(said.body))
    if code == 403:
        told = _("The customer has blocked the bot, or it may not write to him. (%(said)s)")
        return ChannelError(told % words, permanent=True)
    # An answer of 200 that is no answer of the API says nothing about what became of it.
    return ChannelError(
        _("Telegram answered %(code)s: %(said)s") % words,
        permanent=isinstance(code, int) and 400 <= code < 500 and code not in (408, 409),
        in_doubt=code == 200,
    )


def _wait(body: Mapping[str, Any]) -> timedelta | None:
    told = body.get("parameters")
    seconds = told.get("retry_after") if isinstance(told, dict) else None
    return timedelta(seconds=min(seconds, LONGEST_WAIT)) if isinstance(seconds, int) and seconds > 0 else None
