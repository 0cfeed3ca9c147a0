"""A line that ends when its time is over, however often something comes.

A timeout of httpx is for each piece: one byte of a header a second would hold a worker for ever.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from odzew.lib.clock import monotonic


class Limited(httpx.HTTPTransport):
    """Carries each request, with all that is said on the line, within so many seconds.

    Looking up the name is not part of it: whoever calls has done that before (odzew/lib/outward.py).
    """

    def __init__(self, authorities: ssl.SSLContext, seconds: float) -> None:
        super().__init__(verify=authorities, trust_env=False)
        self._clock = _Clock(seconds)
        # httpx lends no other way to its lines; those of httpcore are public.
        self._pool = httpcore.ConnectionPool(ssl_context=authorities, network_backend=_Lines(self._clock))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Begin the time, and carry a request."""
        self._clock.begin()
        return super().handle_request(request)


class _Clock:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        self.end = monotonic() + self.seconds

    def left(self, over: type[Exception] = httpcore.ReadTimeout) -> float:
        left = self.end - monotonic()
        if left <= 0:
            raise over(f"It took more than {self.seconds:g} seconds.")
        return left


class _Lines(httpcore.NetworkBackend):
    def __init__(self, clock: _Clock) -> None:
        self.clock, self.lines = clock, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.clock.left(httpcore.ConnectTimeout)
        return _Line(self.lines.connect_tcp(host, port, left, local_address, socket_options), self.clock)


class _Line(httpcore.NetworkStream):
    def __init__(self, line: httpcore.NetworkStream, clock: _Clock) -> None:
        self.line, self.clock = line, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.line.read(max_bytes, self.clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.line.write(buffer, self.clock.left())

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        # Python reckons the timeout of a handshake over all of it, not piece by piece.
        left = self.clock.left(httpcore.ConnectTimeout)  # nothing was handed in yet
        return _Line(self.line.start_tls(ssl_context, server_hostname, left), self.clock)

    def close(self) -> None:
        self.line.close()

    def get_extra_info(self, info: str) -> Any:
        return self.line.get_extra_info(info)
