"""The one way out to an address somebody typed or sent: to the world, never to the network we stand in.

Server-side request forgery (CWE-918; OWASP ASVS 5.0, 1.3.6): the name is looked up once, whatever it
means must be out in the world, and the line goes to that very address, so that no second answer of
the DNS is believed. Only https, no redirects, no proxy of the environment, no endless answer.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import httpx

from odzew.lib import in_time

LONGEST_ANSWER = 2**20  # bytes
SECONDS = 30.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 §2.1: the last 32 bits are an IPv4 address
# What ipaddress of Python 3.11 takes for global: IANA's special registry and site-local addresses.
NOT_THE_WORLD = [
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "fec0::/10",
        "64:ff9b:1::/48",
        "100:0:0:1::/64",
        "5f00::/16",
    )
]
COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291 §2.5.5.1
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], list[str]]


HandIn = Callable[[bytes, Mapping[str, str]], "Answer"]


class NotOutside(Exception):
    """The address is none we call; the text says why."""


class TooLong(httpx.HTTPError):
    """The other side went on and on."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a request goes: `url` holds the address that was looked up, `name` who must answer there."""

    url: httpx.URL
    name: str
    netloc: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    content: bytes
    retry_after: str = ""  # RFC 9110 §10.2.3: seconds, or a moment


def addresses(name: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system knows them.

    :raises OSError: when there is none
    """
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_kind, address in found]


def way(url: str, *, inside: Collection[str] = (), look_up: LookUp = addresses) -> Way:
    """Return the way to an address; the names in `inside` may stand in our own network.

    :raises NotOutside: when it is none we call, or there is no such name
    """
    asked = _parsed(url)
    name, port = asked.raw_host.decode(), asked.port or 443
    try:
        found = look_up(name, port)
    except (OSError, UnicodeError) as error:
        raise NotOutside(f"{name} has no address: {error}") from error
    if not found:
        raise NotOutside(f"{name} has no address.")
    if name not in inside:
        for address in found:
            _must_be_public(name, address)
    return Way(asked.copy_with(host=found[0]), name, asked.netloc.decode())


def post(
    to: Way,
    content: bytes,
    headers: Mapping[str, str],
    authorities: ssl.SSLContext,
    *,
    seconds: float = SECONDS,
) -> Answer:
    """Hand something in, and return what was said; a redirect is an answer and not followed.

    All of it, from the first byte of the line to the last of the answer, is done in so many `seconds`.

    :raises httpx.HTTPError: when nobody answers, or not who should, or with too much, or too slowly
    """
    with opened(to, authorities, seconds=seconds) as hand_in:
        return hand_in(content, headers)


@contextmanager
def opened(to: Way, authorities: ssl.SSLContext, *, seconds: float = SECONDS) -> Iterator[HandIn]:
    """Lend a line by which one thing after the other is handed in as `post` does, without a new handshake.

    What it lends raises httpx.HTTPError when nobody answers, or not who should, or with too much, or
    too slowly.
    """
    with _client(authorities, seconds) as client:

        def hand_in(content: bytes, headers: Mapping[str, str]) -> Answer:
            sent = {**headers, "Host": to.netloc}
            with client.stream(
                "POST", to.url, content=content, headers=sent, extensions=_by_name(to)
            ) as reply:
                later = reply.headers.get("Retry-After", "")
                return Answer(reply.status_code, _at_most(reply.iter_bytes()), later)

        yield hand_in


def get(
    to: Way,
    headers: Mapping[str, str],
    authorities: ssl.SSLContext,
    *,
    seconds: float = SECONDS,
    longest: int = LONGEST_ANSWER,
) -> Answer:
    """Fetch something of at most `longest` bytes in `seconds`; a redirect is an answer and not followed.

    :raises httpx.HTTPError: when nobody answers, or not who should, or with too much, or too slowly
    """
    sent = {**headers, "Host": to.netloc}
    with (
        _client(authorities, seconds) as client,
        client.stream("GET", to.url, headers=sent, extensions=_by_name(to)) as reply,
    ):
        return Answer(reply.status_code, _at_most(reply.iter_bytes(), longest))


@lru_cache
def authorities() -> ssl.SSLContext:
    """Return whose certificates are believed."""
    return ssl.create_default_context()


def is_https(url: str) -> bool:
    """Return whether an address could be called at all; where its name leads is asked only then."""
    try:
        _parsed(url)
    except NotOutside:
        return False
    return True


def is_public(address: str) -> bool:
    """Return whether an address is out in the world, and so are all that are hidden in it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_is_of_the_world(one) for one in (ip, *_hidden(ip)))


def is_odd(address: str) -> bool:
    """Return whether an address is no server's, in our own network either.

    It is link-local, where the metadata service of a cloud lies, or multicast.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_link_local or ip.is_multicast


def _is_of_the_world(ip: Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in NOT_THE_WORLD)


def _parsed(url: str) -> httpx.URL:
    try:
        asked = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NotOutside(f"It is no address: {error}") from error
    if asked.scheme != "https":
        raise NotOutside("The address must begin with https://.")
    if asked.userinfo or not asked.host or "%" in asked.host:
        raise NotOutside("The address names a user, or nobody.")
    if not 0 < (asked.port or 443) < 2**16:
        raise NotOutside("The address names no port.")
    return asked


def _must_be_public(name: str, address: str) -> None:
    if not is_public(address):
        raise NotOutside(f"{name} is {address}, which is no address out in the world.")


def _hidden(ip: Address) -> Iterator[Address]:
    """Yield the IPv4 addresses an IPv6 address leads to (RFC 3056, 4380, 6052)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if ip.teredo is not None:
        yield from ip.teredo
    if ip in NAT64 or ip in COMPATIBLE:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def _client(authorities: ssl.SSLContext, seconds: float) -> httpx.Client:
    line = in_time.Limited(authorities, seconds)
    return httpx.Client(transport=line, timeout=seconds, follow_redirects=False, trust_env=False)


def _by_name(to: Way) -> dict[str, str]:
    return {"sni_hostname": to.name}  # certificate and name are checked against it, not the address


def _at_most(pieces: Iterator[bytes], longest: int = LONGEST_ANSWER) -> bytes:
    got = bytearray()
    for piece in pieces:
        got += piece
        if len(got) > longest:
            raise TooLong(f"more than {longest} bytes")
    return bytes(got)
