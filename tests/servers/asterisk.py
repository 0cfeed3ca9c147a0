"""A manager interface on loopback, as Asterisk docs describe it ("AMI v2 Specification"), and its faults."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

USER, SECRET = "odzew", "let me in"
TRUNK = "PJSIP/carrier"
Fields = dict[str, str]


@dataclass
class Asterisk:
    """The interface, what was asked of it, and what it is to do wrong."""

    port: int = 0
    banner: bytes = b"Asterisk Call Manager/7.0.3\r\n"
    channels: list[Fields] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lines: list[socket.socket] = field(default_factory=list)
    is_dumb: bool = False  # it takes what is asked, and answers nothing

    def tell(self, event: str, **fields: str) -> None:
        """Tell everybody who has signed in of an event."""
        self.say(packet(Event=event, Privilege="call,all", **fields))

    def say(self, content: bytes) -> None:
        """Send bytes as they are, to everybody who has signed in."""
        for line in list(self.lines):
            with suppress(OSError):
                line.sendall(content)

    def hang_up(self) -> None:
        """End each line without a word."""
        for line in list(self.lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines.clear()

    def answer(self, said: Fields) -> Iterator[bytes]:
        """Yield what is said to an action."""
        number = {"ActionID": said.get("ActionID", "")}
        match said["Action"]:
            case "Login" if (said.get("Username"), said.get("Secret")) != (USER, SECRET):
                yield packet(Response="Error", **number, Message="Authentication failed")
            case "Login":
                yield packet(Response="Success", **number, Message="Authentication accepted")
                yield packet(Event="FullyBooted", Privilege="system,all", Status="Fully Booted")
            case "CoreShowChannels":
                yield packet(Response="Success", **number, EventList="start", Message="Channels will follow")
                for channel in self.channels:
                    yield packet(Event="CoreShowChannel", **number, **channel)
                listed = {"EventList": "Complete", "ListItems": str(len(self.channels))}
                yield packet(Event="CoreShowChannelsComplete", **number, **listed)
            case "Ping":
                yield packet(Response="Success", **number, Ping="Pong", Timestamp="1794819600.1")
            case _:
                yield packet(Response="Error", **number, Message="Invalid/unknown command")

    def serve(self, line: socket.socket) -> None:
        """Answer whoever has dialled, until he or we hang up; a wrong password ends the line."""
        line.sendall(self.banner)
        came = b""
        while piece := line.recv(4096):
            came += piece
            while b"\r\n\r\n" in came:
                one, _end, came = came.partition(b"\r\n\r\n")
                said = dict(row.split(": ", 1) for row in one.decode().split("\r\n"))
                self.asked.append(said["Action"])
                answers = [] if self.is_dumb else list(self.answer(said))
                if said["Action"] == "Login" and answers and b"Success" in answers[0]:
                    self.lines.append(line)
                line.sendall(b"".join(answers))
                if any(b"Authentication failed" in each for each in answers):
                    return


def packet(**fields: str) -> bytes:
    """Return a packet as it goes over the line."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


@contextmanager
def manager(certificate: Path | None = None, key: Path | None = None) -> Iterator[Asterisk]:
    """Lend a running manager interface, under TLS when there is a certificate."""
    asterisk = Asterisk()
    with socket.create_server(("127.0.0.1", 0)) as door:
        asterisk.port = door.getsockname()[1]
        threading.Thread(target=_open, args=(door, asterisk, _wrap(certificate, key)), daemon=True).start()
        try:
            yield asterisk
        finally:
            asterisk.hang_up()
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)


def _wrap(certificate: Path | None, key: Path | None) -> Callable[[socket.socket], socket.socket]:
    if certificate is None:
        return lambda line: line
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return lambda line: context.wrap_socket(line, server_side=True)


def _open(door: socket.socket, asterisk: Asterisk, wrap: Callable[[socket.socket], socket.socket]) -> None:
    with suppress(OSError):
        while True:
            line, _from = door.accept()
            threading.Thread(target=_serve, args=(line, asterisk, wrap), daemon=True).start()


def _serve(line: socket.socket, asterisk: Asterisk, wrap: Callable[[socket.socket], socket.socket]) -> None:
    with suppress(OSError), wrap(line) as wrapped:
        asterisk.serve(wrapped)


def ringing_in(uid: str, number: str = "+48600100200", dialled: str = "+48221234567") -> Fields:
    """Return the channel of a customer who rings in."""
    return {
        "Channel": f"{TRUNK}-{uid.rpartition('.')[2]:0>8}", "ChannelState": "4", "ChannelStateDesc": "Ring",
        "CallerIDNum": number, "CallerIDName": "<unknown>", "Context": "from-carrier", "Exten": dialled,
        "Uniqueid": uid, "Linkedid": uid,
    }  # fmt: skip


def device(uid: str, linked: str, extension: str = "101", state: str = "6") -> Fields:
    """Return the channel of a telephone of ours."""
    return {
        "Channel": f"PJSIP/{extension}-{uid.rpartition('.')[2]:0>8}", "ChannelState": state,
        "CallerIDNum": extension, "CallerIDName": "<unknown>", "Exten": "",
        "Uniqueid": uid, "Linkedid": linked,
    }  # fmt: skip


def bridged(channel: Fields, bridge: str) -> Fields:
    """Return what is said of a channel that enters or leaves a bridge."""
    return {**channel, "BridgeUniqueid": bridge, "BridgeType": "basic", "BridgeTechnology": "simple_bridge"}
