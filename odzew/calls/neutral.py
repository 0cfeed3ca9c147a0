"""What an exchange of the firm's own sends: Standard Webhooks (specification 1.0.0) with our `data`."""

from typing import Annotated, Literal

from pydantic import Field

from odzew.calls.events import Direction, Event, Recording, Told, What
from odzew.lib.payloads import Key, Moment, Part, Text, read
from odzew.lib.standard_webhooks import proven

__all__ = ["proven", "told"]

Short = Annotated[Text, Field(max_length=200)]


class _Of(Part):
    call: Key
    direction: Direction = Direction.INBOUND
    # Needed in each: whose call it is, is asked when the first of its events comes, whichever that is.
    number: Annotated[Text, Field(max_length=64)]
    name: Annotated[Text, Field(max_length=300)] = ""
    agent: Short = ""
    to: Short = ""
    blind: bool = False
    turn: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    recording: Annotated[str, Field(max_length=2_000, pattern=r"^https://[^\s\x00]+$")] | None = None


class _Told(Part):
    type: Literal[
        "ringing", "answered", "held", "resumed", "transferred", "voicemail", "ended"
    ]  # fmt: skip
    timestamp: Moment
    data: _Of


class _Tried(Part):
    type: Literal["test"]


_Said = Annotated[_Told | _Tried, Field(discriminator="type")]


def told(body: bytes, name: str) -> list[Told]:
    """Return what a call of the webhook tells, a test nothing; `name` is what it is known again by.

    :raises Unreadable: when it is none of ours
    """
    said: _Told | _Tried = read(_Said, body)
    if isinstance(said, _Tried):
        return []
    of = said.data
    event = Event(
        id=name, what=What(said.type), at=said.timestamp, turn=of.turn, agent=of.agent, to=of.to,
        blind=of.blind,
    )  # fmt: skip
    recording = Recording(key=name, url=of.recording) if of.recording else None
    return [
        Told(
            call=of.call, event=event, direction=of.direction, number=of.number, name=of.name,
            recording=recording,
        )
    ]  # fmt: skip
