"""Chat: what a chat account says of itself, and the addresses of its visitors.

A chat is an account of the channel `chat`: its address is the slug, its team answers, its settings say
the rest. odzew/channels/chat/README.md has the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

CHANNEL = "chat"
PATIENCE = 3  # minutes until an answer that nobody has seen goes by mail
SHORT = 16  # characters of a visitor's key that tell one from another; the whole key is kept elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """The settings of a chat."""

    greeting: Mapping[str, str]
    languages: tuple[str, ...]
    origins: tuple[str, ...]
    files: bool
    patience: timedelta
    by_mail: int


def chat(settings: Mapping[str, Any]) -> Chat:
    """Return the chat that the settings of an account describe."""
    return Chat(
        greeting=settings.get("greeting", {}),
        languages=tuple(settings.get("languages", ())),
        origins=tuple(settings.get("origins", ())),
        files=settings.get("files", True),
        patience=timedelta(minutes=settings.get("patience", PATIENCE)),
        by_mail=settings.get("by_mail", 0),
    )


def address(key: str) -> str:
    """Return what stands for a visitor where others have a mail address; it is none, and names nobody."""
    return f"{CHANNEL}:{key[:SHORT]}"


def is_window(address: str) -> bool:
    """Return whether an address stands for a visitor of whom no other is known."""
    return address.startswith(f"{CHANNEL}:")


def is_mail(address: str) -> bool:
    """Return whether an address is one a mail can go to."""
    return "@" in address
