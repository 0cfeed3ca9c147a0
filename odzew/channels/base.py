"""What every channel takes and gives: Inbound, Outgoing, Receipt, ChannelError."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


class ChannelError(Exception):
    """A channel could not do its work.

    `permanent` says that trying again is useless; `in_doubt` that the other side may have taken it;
    `again_in` how long it asked us to wait.
    """

    def __init__(
        self,
        said: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        again_in: timedelta | None = None,
    ) -> None:
        super().__init__(said)
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.again_in = again_in


@dataclass(frozen=True, slots=True)
class File:
    """A file of an inbound message; its bytes are read again from the raw payload by `index`.

    One with a `reference` is not in the payload: its provider gives it by that name.
    """

    index: int
    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str = ""
    inline: bool = False
    note: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Bounced:
    """One recipient our mail did not reach, or not yet."""

    address: str
    permanent: bool
    said: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about a message of ours, recipient by recipient."""

    recipients: tuple[Bounced, ...]
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a provider tells of a part of a message of ours: sent, delivered, read, failed."""

    key: str  # what we said it is: `part/of how many/our identifier of the message`
    given: str  # what the provider calls it
    what: str
    at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A message as a channel understood it. It claims; it proves nothing but what `proof` says."""

    address: str
    kind: str = "email"  # of identity the address is
    handle: str = ""  # what people call it, where it is a number
    name: str = ""
    reply_to: str = ""
    recipients: Mapping[str, list[list[str]]] = field(default_factory=dict)
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    own_words: str = ""
    has_html: bool = False
    language: str = ""
    automatic: str = ""
    bounce: Bounce | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    forwarded: Mapping[str, str] = field(default_factory=dict)
    nothing: str = ""  # why it is no message of anybody
    told: Told | None = None  # it is none, and tells what became of one of ours
    proof: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file we send."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message of ours, ready for a channel to send."""

    sender_name: str
    sender: str
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime
    automatic: bool = False  # a machine's answer to a message
    generated: bool = False  # a machine's, and no answer to anything
    language: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    template: Mapping[str, Any] | None = None  # approved words, where a provider takes no others


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side accepted the message, and said so in these words.

    Where it has not `arrived`, the provider has it, and tells later whether the receiver's side has.
    """

    said: str
    refused: tuple[Bounced, ...] = ()
    arrived: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """What came of trying one part of an account."""

    ok: bool
    what: str
    said: str
