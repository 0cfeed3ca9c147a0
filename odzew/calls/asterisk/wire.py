"""What goes over a line of AMI: packets of `Name: value`, ended by an empty line.

Asterisk docs, "AMI v2 Specification" and "AMI Command Syntax". Names are read without regard to capitals.
"""

from collections.abc import Mapping

Packet = Mapping[str, str]
BANNER = "Asterisk Call Manager"
END = b"\r\n\r\n"
LONGEST = 2**18  # bytes of a packet; a list of everything a channel knows has a few thousand
LONGEST_GREETING = 1000


class Nonsense(Exception):
    """What comes is not said by a manager interface."""


class Reader:
    """Puts packets together from the pieces a line brings; half a packet waits for its other half."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._greeted = False

    def feed(self, piece: bytes) -> list[Packet]:
        """Return the packets that a piece has made whole.

        :raises Nonsense: when it does not begin as AMI does, or a packet does not end
        """
        self._got += piece
        if not self._greeted and not self._greet():
            return []
        found = []
        while (end := self._got.find(END)) >= 0:
            found.append(_read(bytes(self._got[:end])))
            del self._got[: end + len(END)]
        if len(self._got) > LONGEST:
            raise Nonsense("A packet has no end.")
        return [packet for packet in found if packet]

    def _greet(self) -> bool:
        end = self._got.find(b"\r\n", 0, LONGEST_GREETING)
        if end < 0 and len(self._got) > LONGEST_GREETING:
            raise Nonsense("Its greeting has no end.")
        said = self._got[: end if end >= 0 else None].decode("utf-8", "replace")
        if not (said.startswith(BANNER) or (end < 0 and BANNER.startswith(said))):
            raise Nonsense(f"This is no manager interface of Asterisk: it says “{said[:60]}”.")
        if end < 0:
            return False
        del self._got[: end + 2]
        self._greeted = True
        return True


def action(name: str, **fields: str) -> bytes:
    """Return an action as it is sent.

    :raises ValueError: when a field would end its line, and begin another
    """
    said = {"Action": name, **fields}
    if any("\r" in value or "\n" in value for value in said.values()):
        raise ValueError("A field of an action is one line.")
    lines = [f"{key}: {value}" for key, value in said.items()]
    return "\r\n".join(lines).encode() + END


def _read(said: bytes) -> Packet:
    lines = said.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _colon, value in pairs}
