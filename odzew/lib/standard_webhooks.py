"""Standard Webhooks (specification 1.0.0): how other programs sign what they tell us, and we what we tell."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime

from odzew.lib.payloads import Forged, Headers, digest, prove

SKEW = 300  # seconds a call may be old or early, as the specification advises
SECRET = "whsec_"  # noqa: S105  the beginning of every secret
SHORTEST = 24  # bytes of a secret, as the specification asks


def proven(headers: Headers, body: bytes, secret: str, now: datetime) -> str:
    """Return the identifier of a call that its sender has signed.

    :raises Forged: when no signature of it is the sender's, or it is not of this moment
    """
    call, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not call or not moment.isdecimal() or abs(now.timestamp() - int(moment)) > SKEW:
        raise Forged("webhook-id and webhook-timestamp (seconds, of now) have to be sent.")
    said = _said(call, moment, body)
    signatures = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split()]
    for signature in signatures[:10]:  # a sender that changes its secret signs with both
        try:
            prove(signature, _key(secret), said)
        except Forged:
            continue
        return f"{call[:100]}:{digest(body)}"  # the same name for other words is no second copy
    raise Forged("The signature is not that of the secret kept here.")


def signature(secret: str, name: str, moment: str, body: bytes) -> str:
    """Return one signature of what we tell, HMAC-SHA256 in Base64 behind its version.

    :raises Forged: when the secret is none of Standard Webhooks
    """
    made = hmac.new(_key(secret), _said(name, moment, body), hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def _said(name: str, moment: str, body: bytes) -> bytes:
    return f"{name}.{moment}.".encode() + body


def new_secret() -> str:
    """Return a secret of 256 bits in the form of Standard Webhooks, which suits other senders too."""
    return SECRET + base64.b64encode(secrets.token_bytes(32)).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error:
        raise Forged("The secret kept here is no Standard Webhooks secret; make a new one.") from None


def is_standard(secret: str) -> bool:
    """Return whether a secret is one of Standard Webhooks: Base64 of at least 24 bytes."""
    try:
        return len(base64.b64decode(secret.removeprefix(SECRET), validate=True)) >= SHORTEST
    except binascii.Error:
        return False
