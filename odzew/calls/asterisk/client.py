"""A line to the manager interface: dialled, signed in to, read by a thread of its own, asked if it lives.

Asterisk cuts a listener off who does not read in time (manager.conf, `writetimeout`); so whatever the
database does meanwhile, somebody reads, and each packet keeps the moment at which it came.
"""

import itertools
import queue
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from threading import Event, Thread

from django.utils.translation import gettext as _

from odzew.calls.asterisk.plan import Exchange
from odzew.calls.asterisk.wire import Nonsense, Packet, Reader, action
from odzew.lib import outward
from odzew.lib.clock import monotonic, now

SECONDS = 10.0  # to be connected, to take what we say, and to answer it
LOOK = 0.25  # seconds until what we want to say is noticed
QUIET = 20.0  # seconds until it is asked whether it lives
WAITING = 50_000  # packets that wait for the database; then the exchange waits, and cuts us off
A_MOMENT = timedelta(microseconds=1)


class Unheard(Exception):
    """The exchange is not heard; the text says why, for an administrator."""


class Client:
    """One line. Whoever has opened it closes it (`contextlib.closing`)."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._line = _dialled(exchange)
        self._came: queue.Queue[tuple[Packet, datetime] | str] = queue.Queue(WAITING)
        self._told: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._closed = Event()
        Thread(target=self._serve, name="asterisk-reader", daemon=True).start()

    def close(self) -> None:
        """Let the thread end the line."""
        self._closed.set()

    def ask(self, name: str, **fields: str) -> str:
        """Send an action, and return by which number its answer is known (ActionID).

        :raises ValueError: when a field would end its line
        """
        number = f"odzew-{next(self._numbers)}"
        self._told.put(action(name, ActionID=number, **fields))
        return number

    def sign_in(self) -> None:
        """Sign in, and ask for what is told of calls.

        :raises Unheard: when it lets us not in
        """
        mine = self._exchange
        number = self.ask("Login", Username=mine.user, Secret=mine.secret, Events="call")
        end = monotonic() + SECONDS
        while (left := end - monotonic()) > 0:
            packet, _at = self._next(left) or ({}, None)
            if packet.get("actionid") != number:
                continue
            if packet.get("response") == "Success":
                return
            said = {"said": packet.get("message", "")}
            raise Unheard(
                _("The exchange refused the sign-in: check the user and the secret. (%(said)s)") % said
            )
        raise Unheard(self._lost(_("no answer")))

    def packets(self, stop: Event) -> Iterator[tuple[Packet, datetime] | None]:
        """Yield what comes with its moment, and None now and then while nothing does, until told to stop.

        :raises Unheard: when the line has ended, or is asked and does not answer
        """
        spoke, asked = monotonic(), False
        while not stop.is_set():
            came = self._next(1.0)
            if came is not None:
                spoke, asked = monotonic(), False
            elif asked and monotonic() - spoke > QUIET + SECONDS:
                raise Unheard(self._lost(_("no answer")))
            elif not asked and monotonic() - spoke > QUIET:
                self.ask("Ping")
                asked = True
            yield came

    def _next(self, seconds: float) -> tuple[Packet, datetime] | None:
        try:
            came = self._came.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(came, str):
            raise Unheard(self._lost(came))
        return came

    def _serve(self) -> None:
        # Only this thread touches the line: one of TLS must not be read and written at once.
        reader, last = Reader(), now()
        with closing(self._line):
            try:
                while not self._closed.is_set() and (piece := self._piece()) != b"":
                    for packet in reader.feed(piece or b""):
                        # No two at one moment, so that they keep their order.
                        last = max(now(), last + A_MOMENT)
                        self._put((packet, last))
                self._put(_("the other side has closed the connection"))
            except (OSError, Nonsense) as error:
                self._put(str(error))

    def _piece(self) -> bytes | None:
        """Send what is to be sent, and return what has come: None when it is nothing, empty at the end."""
        while not self._told.empty():
            self._line.settimeout(SECONDS)
            self._line.sendall(self._told.get())
        self._line.settimeout(LOOK)
        try:
            return self._line.recv(2**16)
        except TimeoutError:
            return None

    def _put(self, what: tuple[Packet, datetime] | str) -> None:
        while not self._closed.is_set():
            try:
                return self._came.put(what, timeout=1)
            except queue.Full:
                continue

    def _lost(self, said: str) -> str:
        at = {"host": self._exchange.host, "port": self._exchange.port, "said": said}
        return _("The line to %(host)s:%(port)d failed; we try again. (%(said)s)") % at


def _dialled(exchange: Exchange) -> socket.socket:
    try:
        address = _address(exchange)
        line = socket.create_connection((address, exchange.port), SECONDS)
        if exchange.security == "tls":
            line = _wrapped(line, exchange.host)
    except OSError as error:
        at = {"host": exchange.host, "port": exchange.port, "said": error}
        raise Unheard(
            _("Nobody answers at %(host)s:%(port)d: check name and port. (%(said)s)") % at
        ) from error
    return line


def _address(exchange: Exchange) -> str:
    """Return where the exchange is; it stands in our own network, so it may be private."""
    found = socket.getaddrinfo(exchange.host, exchange.port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if outward.is_odd(address):
        raise Unheard(
            _("%(address)s cannot be the address of an exchange, so we do not connect to it.")
            % {"address": address}
        )
    return address


def _wrapped(line: socket.socket, name: str) -> ssl.SSLSocket:
    try:
        return outward.authorities().wrap_socket(line, server_hostname=name)
    except BaseException:
        line.close()
        raise
