"""Who sent it: WhatsApp has proven his number, and only WhatsApp could have brought it here."""

from collections.abc import Iterable, Mapping
from typing import Any


def prove(_content: bytes, _envelope: Mapping[str, Any], _trusted: Iterable[str] = ()) -> dict[str, str]:
    """Say that the provider vouches for the sender: nothing is kept whose signature is not its own (hook)."""
    return {"provider": "whatsapp"}
