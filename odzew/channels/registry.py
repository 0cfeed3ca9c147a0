"""The one place where channels are listed; all else reaches them through it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from odzew.channels.base import Inbound

CHANNELS = {"email": "odzew.channels.email"}
Read = Callable[[bytes, Mapping[str, Any]], Inbound]


def reader(channel: str) -> Read:
    """Return the pure function that understands what comes by a channel.

    :raises KeyError: when there is no such channel
    """
    read: Read = import_module(f"{CHANNELS[channel]}.inbound").read
    return read


def content(channel: str, raw: bytes, index: int) -> bytes:
    """Return the bytes of the file `index` of a raw payload."""
    found: bytes = import_module(f"{CHANNELS[channel]}.parse").content(raw, index)
    return found
