"""XOAUTH2: a passing token instead of a password."""

import json
import threading
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError
from odzew.channels.email import dial
from odzew.channels.models import Account
from odzew.lib import outward
from odzew.lib.clock import monotonic

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_EARLY = 60.0  # seconds a token is renewed before it ends
_lock = threading.Lock()
_tokens: dict[tuple[str, str], tuple[str, float]] = {}


def is_used(account: Account) -> bool:
    """Return whether the account signs in by token."""
    secrets = dial.secrets(account)
    return bool(secrets.get("oauth_token") or secrets.get("oauth_refresh_token"))


def token(account: Account) -> str:
    """Return a token that is good now; a renewed one is kept until shortly before it ends.

    :raises ChannelError: when the provider gives none
    """
    secrets = dial.secrets(account)
    if not secrets.get("oauth_refresh_token"):
        return str(secrets["oauth_token"])
    key = (secrets.get("oauth_client_id", ""), secrets["oauth_refresh_token"])
    with _lock:
        kept, until = _tokens.get(key, ("", 0.0))
        if kept and monotonic() < until:
            return kept
        fresh, seconds = _renew(account, secrets)
        _tokens[key] = (fresh, monotonic() + max(seconds - _EARLY, 0))
        return fresh


def forget(account: Account) -> None:
    """Drop the kept token: the server did not take it."""
    secrets = dial.secrets(account)
    key = (secrets.get("oauth_client_id", ""), secrets.get("oauth_refresh_token", ""))
    with _lock:
        _tokens.pop(key, None)


def answer(user: str, token: str) -> str:
    """Return the first and only word of the client, before Base64."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def _renew(account: Account, secrets: dict[str, Any]) -> tuple[str, float]:
    """Ask for a token (RFC 6749 §6)."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": secrets["oauth_refresh_token"],
        "client_id": secrets.get("oauth_client_id", ""),
        "client_secret": secrets.get("oauth_client_secret", ""),
    }
    try:
        way = outward.way(str(secrets.get("oauth_token_url", "")), inside=settings.PRIVATE_HOSTS)
        answer = outward.post(way, urlencode(form).encode(), FORM, dial.authorities(account))
        given = json.loads(answer.content)
        return str(given["access_token"]), float(given.get("expires_in", 300))
    except outward.NotOutside as error:
        said = _("The address for tokens is not one we may ask: %(error)s")
        raise ChannelError(said % {"error": error}) from error
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ChannelError(_("The provider gave no token: connect the mailbox again.")) from error
