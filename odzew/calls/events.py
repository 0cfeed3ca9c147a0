"""What a line can tell of a call: one event, with a moment and an identifier of its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What happened; of one moment they happened in this order."""

    RINGING = "ringing"
    ANSWERED = "answered"  # the other side, or one of ours, took the line
    HELD = "held"  # the customer hears music, in a queue too
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    VOICEMAIL = "voicemail"  # the customer has left a message
    ENDED = "ended"


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in a call; `at` is an aware UTC instant.

    `agent` is who of ours it was, as the line calls her; `to` whom she transfers to. Who transfers `blind`
    leaves the customer waiting until somebody answers. `turn` tells two events of one moment apart.
    """

    id: str
    what: What
    at: datetime
    turn: int = 0
    agent: str = ""
    to: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where the words of a customer are kept, to be fetched."""

    key: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event, and what the line says of the call it belongs to. A withheld number is empty."""

    call: str
    event: Event
    direction: Direction = Direction.INBOUND
    number: str = ""
    name: str = ""
    recording: Recording | None = None
