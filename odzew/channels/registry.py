"""The one place where channels are listed; all else reaches them through it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Any

from odzew.channels.base import Check, File, Inbound, Outgoing, Receipt

if TYPE_CHECKING:  # the process that reads payloads knows no database
    from odzew.channels.models import Account
    from odzew.channels.watching import Brought, Heard, History, Letter

CHANNELS = {
    "chat": "odzew.channels.chat",
    "email": "odzew.channels.email",
    "webform": "odzew.channels.webform",
    "telegram": "odzew.channels.telegram",
    "whatsapp": "odzew.channels.whatsapp",
}
# Where a customer just goes on writing: no subject, no quote, and nobody writes in another one's name.
CHATS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
Send = Callable[["Account", Outgoing], Receipt]
Prove = Callable[[bytes, Mapping[str, Any], Iterable[str]], dict[str, str]]
Read = Callable[[bytes, Mapping[str, Any]], Inbound]


# Which take free words only for a while after the customer wrote.
WINDOWED = ("whatsapp",)


def reader(channel: str) -> Read:
    """Return the pure function that understands what comes by a channel.

    :raises KeyError: when there is no such channel
    """
    read: Read = import_module(f"{CHANNELS[channel]}.inbound").read
    return read


def sender(channel: str) -> Send:
    """Return what sends a message by an account of the channel; it raises ChannelError only.

    :raises KeyError: when there is no such channel
    """
    send: Send = import_module(f"{CHANNELS[channel]}.deliver").send
    return send


def prover(channel: str) -> Prove:
    """Return what says who really sent a payload, given its envelope and the servers we trust."""
    prove: Prove = import_module(f"{CHANNELS[channel]}.verify").prove
    return prove


def page(channel: str) -> Callable[[bytes, Mapping[str, Any]], tuple[str | None]]:
    """Return what makes of a raw payload a page that may be shown in a frame; None when it has no HTML."""
    made: Callable[[bytes], str | None] = import_module(f"{CHANNELS[channel]}.page").page
    return lambda raw, _detail: (made(raw),)


def file(channel: str) -> Callable[[bytes, Mapping[str, Any]], tuple[bytes]]:
    """Return what takes the file `index` of the details out of a raw payload."""
    found: Callable[[bytes, int], bytes] = import_module(f"{CHANNELS[channel]}.parse").content
    return lambda raw, detail: (found(raw, detail["index"]),)


def check(account: "Account") -> list[Check]:
    """Return what came of trying the servers of an account."""
    found: list[Check] = import_module(f"{CHANNELS[account.channel]}.check").check(account)
    return found


def watch(account: "Account", history: "History", stop: Event, still_ours: Callable[[], bool]) -> None:
    """Fetch what comes to an account until told to stop, and hand it to the history."""
    import_module(f"{CHANNELS[account.channel]}.poll").watch(account, history, stop, still_ours)


def recount(account: "Account", history: "History", at: datetime) -> "list[Letter]":
    """Compare what an account holds with the history, hand in what is missing, and return it.

    :raises ChannelError: when the account cannot be looked into
    """
    found: list[Letter] = import_module(f"{CHANNELS[account.channel]}.poll").recount(account, history, at)
    return found


def prove(
    channel: str, content: bytes, envelope: Mapping[str, Any], trusted: Iterable[str] = ()
) -> dict[str, str]:
    """Return what can be said about who sent a payload (spf, dkim, dmarc, domain, policy); asks the DNS."""
    found: dict[str, str] = import_module(f"{CHANNELS[channel]}.verify").prove(content, envelope, trusted)
    return found


def can_send(account: "Account") -> bool:
    """Return whether an account knows a way for what a machine writes by itself."""
    return account.channel in CHATS or bool(account.settings.get("smtp"))


def connect(account: "Account", site: str) -> None:
    """Make ready what a provider knows of an account: who it is, and where updates go; `site` is our address.

    :raises ChannelError: when the provider does not take it; it says what to do next
    """
    import_module(f"{CHANNELS[account.channel]}.connect").connect(account, site)


def look(account: "Account", at: datetime) -> None:
    """Ask the provider of an account whether all is well.

    :raises ChannelError: when it is not
    """
    import_module(f"{CHANNELS[account.channel]}.connect").look(account, at)


def hear(account: "Account", heard: "Heard", at: datetime) -> "list[Brought]":
    """Return what a call of a provider brings.

    :raises Forged: when it is not proven to be the provider's
    :raises Damaged: when it is not whole
    """
    found: list[Brought] = import_module(f"{CHANNELS[account.channel]}.hook").hear(account, heard, at)
    return found


def greet(account: "Account", asked: Mapping[str, str]) -> str:
    """Return what a provider wants to hear before it brings anything to our address.

    :raises Forged: when it is not asked as agreed
    """
    said: str = import_module(f"{CHANNELS[account.channel]}.hook").greet(account, asked)
    return said


def fetch(account: "Account", file: File, longest: int) -> bytes:
    """Return the bytes of a file that its provider gives by its reference.

    :raises ChannelError: when it cannot be had, or has more than `longest` bytes
    """
    found: bytes = import_module(f"{CHANNELS[account.channel]}.media").fetch(account, file, longest)
    return found


def readings() -> Mapping[str, Callable[[bytes, Mapping[str, Any]], Any]]:
    """Return what `odzew read` can read, by word."""
    reading = import_module("odzew.channels.email.reading")
    found: Mapping[str, Callable[[bytes, Mapping[str, Any]], Any]] = reading.READERS
    return found
