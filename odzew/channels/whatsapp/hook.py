"""Calls of WhatsApp at our address: signed with the secret of the app, over every byte of the body.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from odzew.channels import provider
from odzew.channels.models import Account
from odzew.channels.watching import Brought, Damaged, Forged, Heard, Letter
from odzew.channels.whatsapp import parse
from odzew.channels.whatsapp.parse import Part
from odzew.lib.sealing import CannotOpen


def hear(account: Account, heard: Heard, at: datetime) -> list[Brought]:
    """Return what a call brings: an app has one address for all its numbers, so also to others of the desk.

    :raises Forged: when its signature is not that of the app, or it names a number of another app
    :raises Damaged: when it is not whole
    """
    _prove(_secret(account), heard)
    try:
        pieces = parse.split(heard.body)
    except parse.Damaged as error:
        raise Damaged(str(error)) from error
    doors = _doors(account, {str(piece["number"]) for piece in pieces})
    return [_brought(doors.get(str(piece["number"]), account), piece, at) for piece in pieces]


def greet(account: Account, asked: Mapping[str, str]) -> str:
    """Return the word by which we prove that the address is ours, when it is set up.

    :raises Forged: when it is not asked with the word we gave
    """
    ours, given = str(account.secrets.get("verify", "")), asked.get("hub.verify_token", "")
    is_ours = hmac.compare_digest(ours.encode(), given.encode("utf-8", "replace"))
    if asked.get("hub.mode") != "subscribe" or not ours or not is_ours:
        raise Forged("The verify token is not that of this number.")
    return asked.get("hub.challenge", "")[:200]


def own_number(account: Account) -> str:
    """Return what WhatsApp calls the number of an account."""
    return str(account.settings.get("number", ""))


def _prove(secret: str, heard: Heard) -> None:
    ours = "sha256=" + hmac.new(secret.encode(), heard.body, hashlib.sha256).hexdigest()
    given = heard.headers.get("x-hub-signature-256", "")
    if not secret or not hmac.compare_digest(ours.encode(), given.encode("utf-8", "replace")):
        raise Forged("The signature is not that of this app's secret.")


def _doors(account: Account, numbers: set[str]) -> dict[str, Account]:
    doors = {own_number(account): account}
    others = numbers - set(doors)
    for row in Account.objects.filter(channel="whatsapp", active=True) if others else ():
        if own_number(row) in others:
            _must_share(_secret(account), row)
            doors[own_number(row)] = row
    return doors


def _must_share(secret: str, other: Account) -> None:
    # Refused, not passed over: when a secret was changed for one number only, it is brought once more.
    try:
        is_same = hmac.compare_digest(secret.encode(), _secret(other).encode())
    except CannotOpen:
        is_same = False
    if not is_same:
        raise Forged("It names a number that is kept here with another secret.")


def _secret(account: Account) -> str:
    return str(account.secrets.get("app_secret", ""))


def _brought(account: Account, piece: Part, at: datetime) -> Brought:
    said = parse.part(piece, "message") or parse.part(piece, "status")
    # A status has the name of its message: each of them is told once.
    name = parse.word(said, "id")[:150] + (f":{parse.word(said, 'status')[:20]}" if "status" in piece else "")
    envelope = {
        "from": parse.word(said, "from"),
        "to": [account.address],
        "kind": "whatsapp",
        "number": own_number(account),
    }
    received = min(parse.moment(said) or at, at)
    content = provider.as_json(piece)
    return Brought(account.pk, Letter(
        number=0, transport_key=name, content=content, received_at=received, envelope=envelope
    ))  # fmt: skip
