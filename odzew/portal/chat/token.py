"""Who the shop says a visitor is: a JSON Web Token it signs with the secret of the chat (RFC 7519, HS256)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from odzew.channels.models import Account
from odzew.lib.plain import one_line

LEEWAY = 60  # seconds by which the clocks of the shop and the desk may differ
AT_MOST = 4096  # characters


class NoToken(Exception):
    """What was given is no token of the shop, or has ended."""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer who is signed in at the shop: his number there, and his mail address if it told one."""

    number: str
    mail: str
    name: str

    def kept(self) -> dict[str, str]:
        """Return it as the envelope of a message has it."""
        return {"number": self.number, "mail": self.mail, "name": self.name}


def read(account: Account, given: str, now: datetime) -> Known | None:
    """Return who is signed in at the shop; None when no token was given.

    `sub` (the customer's number) and `exp` are asked for, `email` and `name` are taken when they are there.

    :raises NoToken: when it was not signed with the secret of this chat, has ended, or names nobody
    """
    if not given:
        return None
    secret = account.secrets.get("identity", "")
    if not secret or len(given) > AT_MOST:
        raise NoToken
    try:
        options: Any = {"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False}
        told = jwt.decode(given, secret, algorithms=["HS256"], options=options)
        ends = float(told["exp"])
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise NoToken from error
    if not ends + LEEWAY > now.timestamp():  # so asked that no strange number passes
        raise NoToken
    return Known(f"{account.address}:{one_line(str(told['sub']))[:200]}", _mail(told), _name(told))


def _mail(told: dict[str, Any]) -> str:
    mail = one_line(str(told.get("email", "") or "")).lower()
    try:
        validate_email(mail)
    except ValidationError:
        return ""
    return mail if len(mail) <= 320 else ""


def _name(told: dict[str, Any]) -> str:
    return one_line(str(told.get("name", "") or ""))[:200]
