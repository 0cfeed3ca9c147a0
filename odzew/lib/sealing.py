"""Secrets sealed at rest, and tokens that prove we made them."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken


class CannotOpen(Exception):
    """The secret was sealed with another key; it has to be entered again."""


def seal_json(values: dict[str, Any], key: str) -> str:
    """Return the values as text that only `key` opens (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _fernet(key).encrypt(json.dumps(values).encode()).decode()


def open_json(sealed: str, key: str) -> dict[str, Any]:
    """Return what `seal_json` sealed.

    :raises CannotOpen: when the key is another one
    """
    try:
        values: dict[str, Any] = json.loads(_fernet(key).decrypt(sealed.encode()))
    except InvalidToken:
        raise CannotOpen(
            "The secret key of this desk has changed: enter the passwords of the mailboxes again."
        ) from None
    return values


def token(key: str, purpose: str, *parts: object) -> str:
    """Return 26 letters and digits that only the holder of `key` can make (HMAC-SHA256, 128 bits)."""
    said = "\0".join([purpose, *map(str, parts)]).encode()
    digest = hmac.new(key.encode(), said, hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def proves(given: str, key: str, purpose: str, *parts: object) -> bool:
    """Return whether `given` is the token for these parts, in constant time."""
    return hmac.compare_digest(given.lower().encode(), token(key, purpose, *parts).encode())


def _fernet(key: str) -> Fernet:
    derived = hashlib.sha256(b"odzew sealing\0" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
