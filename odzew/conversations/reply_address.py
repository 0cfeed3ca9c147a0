"""The signed address by which one customer, and nobody else, writes into a conversation."""

import re
from collections.abc import Iterable

from django.conf import settings

from odzew.lib import sealing

PATTERN = re.compile(r"\+(\d{1,18})-([a-z2-7]{26})@")


def reply_address(account_address: str, conversation: int, to: str) -> str:
    """Return the address that lets `to` write into a conversation (RFC 5233 subaddress)."""
    local, _, domain = account_address.partition("@")
    token = sealing.token(settings.SECRET_KEY, "reply", conversation, to.lower())
    return f"{local.partition('+')[0]}+{conversation}-{token}@{domain}"


def conversations_for(sender: str, addresses: Iterable[str]) -> list[int]:
    """Return the conversations whose signed address `sender` really holds, in the order named."""
    named = (match for address in addresses for match in PATTERN.finditer(address))
    return [
        int(match[1])
        for match in named
        if sealing.proves(match[2], settings.SECRET_KEY, "reply", int(match[1]), sender.lower())
    ]
