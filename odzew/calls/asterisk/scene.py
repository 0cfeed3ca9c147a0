"""What happens on an exchange, as the calls of customers: events of AMI in, events of ours out.

Asterisk docs (20), "AMI Events": Newchannel, DialBegin, BridgeEnter, BridgeLeave, MusicOnHoldStart, Hold,
BlindTransfer, AttendedTransfer, MessageWaiting, Rename, Hangup, CoreShowChannel. A call is the channel by
which the customer is connected, and its Uniqueid the call's key: the Linkedid changes when calls are joined.

A menu, a queue and a mailbox answer too; so it is answered when a telephone of ours hears the customer.
Nothing here knows a database or a network, and each event of ours has an identifier that comes again when
Asterisk is asked again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odzew.calls.asterisk.channels import Channel, Channels
from odzew.calls.asterisk.plan import Plan, device_of
from odzew.calls.asterisk.wire import Packet
from odzew.calls.events import Direction, Event, Told, What

# The number in a string that is dialled: "600100200@carrier", "carrier/600100200".
IN_A_DIAL = re.compile(r"\+?\d{6,}")
RING = "4"  # ChannelState: somebody rings in
# Asterisk ends the music of a channel that hangs up before it says so.
AT_ONCE = timedelta(seconds=2)


@dataclass(slots=True)
class Leg:
    """The end by which a customer is connected, and what was told of it."""

    channel: Channel
    direction: Direction
    number: str
    begun_at: datetime
    heard_by: set[str] = field(default_factory=set)
    music_ended_at: datetime | None = None


class Scene:
    """One exchange since the desk began to listen."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.channels = Channels()
        self.legs: dict[str, Leg] = {}
        self._acts: dict[str, Callable[[Packet, datetime], list[Told]]] = {
            "newchannel": self._new, "dialbegin": self._dialled, "bridgeenter": self._enter,
            "bridgeleave": self._leave, "musiconholdstart": self._music, "musiconholdstop": self._silence,
            "hold": self._hold, "unhold": self._unhold, "blindtransfer": self._blind,
            "attendedtransfer": self._attended, "messagewaiting": self._message, "rename": self._rename,
            "hangup": self._hangup,
        }  # fmt: skip

    def hear(self, packet: Packet, at: datetime) -> list[Told]:
        """Return what an event tells of customers; of most it is nothing."""
        act = self._acts.get(packet.get("event", "").lower())
        return act(packet, at) if act else []

    def show(self, rows: Iterable[Packet], at: datetime) -> list[Told]:
        """Return what a list of channels tells (CoreShowChannels), of what began while nobody listened."""
        told, known = list[Told](), list(rows)
        for packet in known:
            if (row := self.channels.seen(packet)) is not None:
                row.bridge = packet.get("bridgeid", "") or row.bridge
        for packet in sorted(known, key=lambda one: -_lasted(one)):
            row = self.channels.rows.get(packet.get("uniqueid", ""))
            if row is not None and self.plan.is_trunk(row.name) and self._leg_of(row.linked) is None:
                ours = packet.get("application", "").startswith("AppDial")
                direction = Direction.OUTBOUND if ours else Direction.INBOUND
                told += self._begin(row, direction, row.number, at - timedelta(seconds=_lasted(packet)))
        return told + self._heard(at)

    def _begin(
        self, row: Channel, direction: Direction, number: str, at: datetime, agent: str = ""
    ) -> list[Told]:
        if row.uid in self.legs or not self.plan.is_ours(direction, row.dialled, agent):
            return []
        leg = self.legs[row.uid] = Leg(row, direction, number, at)
        return [_told(leg, f"ringing-{row.uid}", What.RINGING, at)]

    def _leg_of(self, linked: str) -> Leg | None:
        return next((leg for leg in self.legs.values() if linked and leg.channel.linked == linked), None)

    def _new(self, packet: Packet, at: datetime) -> list[Told]:
        row = self.channels.seen(packet)
        if row is None or packet.get("channelstate") != RING or not self.plan.is_trunk(row.name):
            return []
        return self._begin(row, Direction.INBOUND, row.number, at)

    def _dialled(self, packet: Packet, at: datetime) -> list[Told]:
        agent, row = self.channels.seen(packet), self.channels.seen(packet, "dest")
        if row is None or not self.plan.is_trunk(row.name) or self._leg_of(row.linked) is not None:
            return []  # one of ours is rung, or called outside on behalf of who rang in
        found = IN_A_DIAL.search(packet.get("dialstring", ""))
        number = found[0] if found else row.number
        return self._begin(row, Direction.OUTBOUND, number, at, device_of(agent.name) if agent else "")

    def _enter(self, packet: Packet, at: datetime) -> list[Told]:
        row = self.channels.seen(packet)
        # A bridge of this technology holds who is parked; nobody hears another in it.
        if row is None or packet.get("bridgetechnology") == "holding_bridge":
            return []
        row.bridge = packet.get("bridgeuniqueid", "")
        return self._heard(at)

    def _leave(self, packet: Packet, at: datetime) -> list[Told]:
        row = self.channels.seen(packet)
        if row is not None and row.bridge == packet.get("bridgeuniqueid", ""):
            row.bridge = ""
        return self._heard(at)

    def _heard(self, at: datetime) -> list[Told]:
        """Return who has begun to hear a customer; that it ends says nothing yet."""
        told = list[Told]()
        for leg in self.legs.values():
            hears = self.channels.hears(leg.channel)
            now = {row.uid: row for row in hears if row.uid not in self.legs}
            for uid in sorted(now.keys() - leg.heard_by):
                agent = self.plan.agent(now[uid].name, now[uid].number)
                name = f"answered-{uid}-{leg.channel.bridge}"
                told.append(_told(leg, name, What.ANSWERED, at, agent=agent))
                leg.music_ended_at = None
            leg.heard_by = set(now)
        return told

    def _music(self, packet: Packet, at: datetime) -> list[Told]:
        leg = self.legs.get(packet.get("uniqueid", ""))
        return [_told(leg, f"held-{at.isoformat()}", What.HELD, at)] if leg else []

    def _silence(self, packet: Packet, at: datetime) -> list[Told]:
        leg = self.legs.get(packet.get("uniqueid", ""))
        if leg is None:
            return []
        leg.music_ended_at = at
        return [_told(leg, f"resumed-{at.isoformat()}", What.RESUMED, at)]

    def _hold(self, packet: Packet, at: datetime) -> list[Told]:
        legs = self._heard_by(packet.get("uniqueid", ""))
        return [_told(leg, f"held-{at.isoformat()}", What.HELD, at) for leg in legs]

    def _unhold(self, packet: Packet, at: datetime) -> list[Told]:
        legs = self._heard_by(packet.get("uniqueid", ""))
        for leg in legs:
            leg.music_ended_at = None
        return [_told(leg, f"resumed-{at.isoformat()}", What.RESUMED, at) for leg in legs]

    def _heard_by(self, uid: str) -> list[Leg]:
        return [leg for leg in self.legs.values() if uid in leg.heard_by]

    def _blind(self, packet: Packet, at: datetime) -> list[Told]:
        to, by = packet.get("extension", ""), packet.get("transfereruniqueid", "")
        return self._transferred(packet, at, to, {by}, blind=True)

    def _attended(self, packet: Packet, at: datetime) -> list[Told]:
        by = {packet.get(f"{which}transfereruniqueid", "") for which in ("orig", "second")}
        target = packet.get("transfertargetchannel", "")
        to = device_of(target) if target else packet.get("secondtransfererexten", "")
        # Into a program, as of who is still rung: the customer waits until somebody answers.
        return self._transferred(packet, at, to, by, blind=packet.get("desttype") == "App")

    def _transferred(self, packet: Packet, at: datetime, to: str, by: set[str], *, blind: bool) -> list[Told]:
        if packet.get("result") != "Success":
            return []
        leg = self.legs.get(packet.get("transfereeuniqueid", ""))
        legs = [leg] if leg else [one for one in self.legs.values() if one.heard_by & by]
        name = f"transferred-{'-'.join(sorted(by))}-{to}"
        return [_told(one, name, What.TRANSFERRED, at, to=to, blind=blind) for one in legs]

    def _message(self, packet: Packet, at: datetime) -> list[Told]:
        leg = self.legs.get(packet.get("uniqueid", ""))
        if leg is None or packet.get("new", "0") == "0":
            return []
        return [_told(leg, f"voicemail-{leg.channel.uid}", What.VOICEMAIL, at)]

    def _rename(self, packet: Packet, at: datetime) -> list[Told]:
        row = self.channels.rows.get(packet.get("uniqueid", ""))
        if row is not None:
            row.name = packet.get("newname", "") or row.name
        return self._heard(at)

    def _hangup(self, packet: Packet, at: datetime) -> list[Told]:
        uid = packet.get("uniqueid", "")
        leg = self.legs.pop(uid, None)
        self.channels.end(uid)
        told = self._heard(at)
        if leg is None:
            return told
        if leg.music_ended_at is not None and at - leg.music_ended_at < AT_ONCE:
            told.append(_told(leg, f"hung-up-on-hold-{uid}", What.HELD, leg.music_ended_at, turn=1))
        return [*told, _told(leg, f"ended-{uid}", What.ENDED, at)]


def _told(
    leg: Leg, name: str, what: What, at: datetime, *, agent: str = "", to: str = "", blind: bool = False,
    turn: int = 0,
) -> Told:  # fmt: skip
    event = Event(id=name[:200], what=what, at=at, turn=turn, agent=agent, to=to, blind=blind)
    row = leg.channel
    name_of = row.title if leg.direction is Direction.INBOUND and row.title != row.number else ""
    return Told(call=row.uid[:200], event=event, direction=leg.direction, number=leg.number, name=name_of)


def _lasted(packet: Packet) -> int:
    """Return for how many seconds a channel has been there: 01:02:03, or seconds of older versions."""
    parts = packet.get("duration", "").split(":")
    # A longer one is no moment: neither a number nor a calendar goes back so far.
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return 0
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))
