"""A program on loopback that takes webhooks over TLS, and proves them as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import https


@dataclass
class Call:
    """One call: its headers by small letters, its bytes, what it was answered."""

    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def said(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    def is_signed_by(self, secret: str) -> bool:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        said = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        ours = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        return ours in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """A running receiver; `answer` says by the call with which status."""

    port: int = 0
    answer: Callable[[dict[str, Any]], int] = lambda _said: 204
    heard: list[Call] = field(default_factory=list)
    retry_after: str = ""

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/odzew"

    @property
    def taken(self) -> list[dict[str, Any]]:
        """Return what was said in the calls that were taken."""
        return [call.said for call in self.heard if 200 <= call.answered < 300]


@contextmanager
def receiver(certificate: Path, key: Path) -> Iterator[Receiver]:
    """Lend a running receiver."""
    running = Receiver()

    class Door(https.Door):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = running.answer(json.loads(body))
            headers = {name.lower(): value for name, value in self.headers.items()}
            running.heard.append(Call(headers, body, status))
            self.say(status, b"")

        def end_headers(self) -> None:
            if running.retry_after:
                self.send_header("Retry-After", running.retry_after)
            super().end_headers()

    with https.served(Door, certificate, key) as running.port:
        yield running
