"""What an administrator says of an exchange: where it is, and which of its channels are customers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from odzew.calls.events import Direction
from odzew.lib import telephone

PORTS = {"none": 5038, "tls": 5039}  # Asterisk docs, manager.conf.sample: port, tlsbindaddr
# "PJSIP/101-0000002a", "SIP/101-0000002a", "IAX2/101-123": a device and a number of the channel.
NAMED = re.compile(r"^[^/]+/(?P<device>.+?)(?:-[0-9A-Fa-f]+)?(?:;[12])?$")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where the manager interface is, and as whom the desk signs in. `security` is tls or none."""

    host: str
    port: int
    security: str
    user: str
    secret: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is who on an exchange.

    `trunks` are the beginnings of the names of channels that lead to the world, as `PJSIP/carrier`.
    `elsewhere` are numbers of other lines, and `theirs` the extensions of those lines that are not ours too.
    """

    number: str
    trunks: tuple[str, ...]
    places: Collection[str] = ()
    elsewhere: Collection[str] = ()
    theirs: Collection[str] = field(default=())

    def is_trunk(self, channel: str) -> bool:
        """Return whether a channel leads to the world; `PJSIP/carrier` is not `PJSIP/carrier2-…`."""
        return any(
            channel.startswith(trunk) and channel[len(trunk) : len(trunk) + 1] in ("", "-", "/")
            for trunk in self.trunks
        )

    def is_ours(self, direction: Direction, dialled: str, agent: str) -> bool:
        """Return whether a call is told to this line, and not to another of the same exchange."""
        if direction is Direction.INBOUND:
            return telephone.number(dialled, self.number) not in self.elsewhere
        return agent not in self.theirs

    def agent(self, channel: str, number: str) -> str:
        """Return what whoever is at a channel is called under “Who is where”: by number, or by device."""
        said = telephone.number(number, self.number) or number
        if self.is_trunk(channel):
            return said
        device = device_of(channel)
        return said if device not in self.places and said in self.places else device


def device_of(channel: str) -> str:
    """Return the device of a channel, as Asterisk calls it."""
    found = NAMED.match(channel)
    return found["device"] if found else channel


def trunks(said: Mapping[str, str]) -> tuple[str, ...]:
    """Return the trunks of a line, one a blank."""
    return tuple(str(said.get("trunks", "")).split())
