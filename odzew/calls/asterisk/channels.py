"""The channels of an exchange as they stand, and who of them hears whom."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from odzew.calls.asterisk.wire import Packet

# Halves and tools inside the exchange: nobody sits at them.
NOBODY = (
    "Local/",
    "Announcer/",
    "Recorder/",
    "CBAnn/",
    "CBRec/",
    "Snoop/",
    "Message/",
    "Bridge/",
    "Surrogate/",
)
UNKNOWN = "<unknown>"  # how AMI says that a number or name is not known
GONE = 1_000  # channels that have ended are remembered, so that what comes after begins none anew


@dataclass(slots=True)
class Channel:
    """One end of the exchange, by its Uniqueid."""

    uid: str
    name: str
    number: str = ""
    title: str = ""
    dialled: str = ""
    linked: str = ""
    bridge: str = ""

    @property
    def is_somebody(self) -> bool:
        """Return whether a person may sit at it."""
        return not self.name.startswith(NOBODY)

    @property
    def other_half(self) -> str:
        """Return the name of the other half of a channel of the kind Local; of others nothing."""
        if not self.name.startswith("Local/") or self.name[-2:] not in (";1", ";2"):
            return ""
        return self.name[:-1] + ("2" if self.name.endswith("1") else "1")


@dataclass(slots=True)
class Channels:
    """All that are there."""

    rows: dict[str, Channel] = field(default_factory=dict)
    gone: deque[str] = field(default_factory=lambda: deque(maxlen=GONE))

    def seen(self, packet: Packet, prefix: str = "") -> Channel | None:
        """Return the channel a packet tells of, as it stands now; None when there is none, or it is over."""
        uid = packet.get(f"{prefix}uniqueid", "")
        if not uid or uid in self.gone:
            return None
        name = packet.get(f"{prefix}channel", "")
        row = self.rows.setdefault(uid, Channel(uid, name))
        row.name = name or row.name
        row.number = _known(packet, f"{prefix}calleridnum") or row.number
        row.title = _known(packet, f"{prefix}calleridname") or row.title
        row.dialled = row.dialled or _known(packet, f"{prefix}exten")
        row.linked = packet.get(f"{prefix}linkedid", "") or row.linked
        return row

    def end(self, uid: str) -> None:
        """Forget a channel that has ended."""
        self.rows.pop(uid, None)
        self.gone.append(uid)

    def hears(self, one: Channel) -> list[Channel]:
        """Return who hears a channel, through bridges and halves of channels, without what nobody sits at."""
        found, asked, seen = list[Channel](), [one.bridge], {one.uid}
        while asked:
            for row in self._in(asked.pop(), seen):
                seen.add(row.uid)
                if row.is_somebody:
                    found.append(row)
                elif (half := self._named(row.other_half)) is not None:
                    seen.add(half.uid)
                    asked.append(half.bridge)
        return found

    def _in(self, bridge: str, seen: set[str]) -> Iterator[Channel]:
        if bridge:
            yield from [row for row in self.rows.values() if row.bridge == bridge and row.uid not in seen]

    def _named(self, name: str) -> Channel | None:
        return next((row for row in self.rows.values() if name and row.name == name), None)


def _known(packet: Packet, name: str) -> str:
    said = packet.get(name, "")
    return "" if said == UNKNOWN else said
