"""No test reaches beyond this machine."""

import ipaddress
import socket
import sys
from typing import Any


class Beyond(OSError):
    """A test tried to reach another machine, or to ask for the address of one."""


def forbid() -> None:
    """Refuse every connection, datagram and name that is not of loopback, in this process for good."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_near(address[0]):
            raise Beyond(f"{event} {address}: tests stay on loopback")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_near(arguments[0]):
        raise Beyond(f"{event} {arguments[0]!r}: tests stay on loopback")


def is_near(host: str | bytes | None) -> bool:
    """Tell whether a host is this machine."""
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    # smtplib asks for the full name of the machine it runs on.
    if name in ("localhost", "localhost.localdomain", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
