"""A push service on loopback: it takes pushes over TLS and opens them as a browser would (RFC 8291)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from odzew.lib.webpush import CURVE, letters, public
from tests.servers import https

SECRET = b"sixteen letters!"


@dataclass
class Service:
    """One push service, and the keys of the one browser that is subscribed at it."""

    port: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    answers: list[int] = field(default_factory=list)  # taken from the front; 201 when there is none
    taken: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def subscription(self, name: str = "one") -> dict[str, str]:
        """Return what a browser says of itself."""
        return {
            "endpoint": f"https://localhost:{self.port}/push/{name}",
            "public": letters(public(self.key)),
            "secret": letters(SECRET),
        }

    def open(self, body: bytes) -> dict[str, Any]:
        """Return what was said (RFC 8188 §2, RFC 8291 §3)."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        ikm = derived(shared, SECRET, b"WebPush: info\0" + public(self.key) + theirs, 32)
        key = derived(ikm, salt, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(key).decrypt(derived(ikm, salt, b"Content-Encoding: nonce\0", 12), sealed, None)
        assert plain.rstrip(b"\0").endswith(b"\x02")
        said: dict[str, Any] = json.loads(plain.rstrip(b"\0")[:-1])
        return said


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive a key (RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@contextmanager
def push_service(certificate: Path, key: Path) -> Iterator[Service]:
    """Lend a running push service."""
    service = Service()

    class Door(https.Door):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.answers.pop(0) if service.answers else 201
            if status == 201:
                service.taken.append((dict(self.headers), service.open(body)))
            self.say(status, b"")

    with https.served(Door, certificate, key) as service.port:
        yield service
