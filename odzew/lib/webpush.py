"""Web Push: what is said is sealed for one browser (RFC 8291), and signed by who sends it (RFC 8292)."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import urandom
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
RECORD = 4096  # bytes; push services need take no more (RFC 8291 §4)
LONGEST = 3_000  # bytes of what is said, so that it always fits into one record
PROOF_HOLDS = timedelta(hours=12)  # RFC 8292 §2: at most 24 hours


class BadKey(ValueError):
    """What the browser gave is no key."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a browser says to seal for: its public key and its secret."""

    public: bytes
    secret: bytes

    @classmethod
    def read(cls, public: str, secret: str) -> "Receiver":
        """Return what a browser said in base64url.

        :raises BadKey: when it is no point of the curve, or the secret has not 16 bytes
        """
        try:
            made = cls(unletters(public), unletters(secret))
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, made.public)
        except ValueError as error:
            raise BadKey("The browser's key is none.") from error
        if len(made.secret) != 16 or len(made.public) != 65:
            raise BadKey("The browser's secret has another length.")
        return made


def new_key() -> str:
    """Return a new private key as letters."""
    return written(ec.generate_private_key(CURVE))


def written(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a private key as letters."""
    return letters(key.private_numbers().private_value.to_bytes(32, "big"))


def private(key: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key that letters stand for."""
    return ec.derive_private_key(int.from_bytes(unletters(key), "big"), CURVE)


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public part of a key, uncompressed: what a browser is given to know us by."""
    point = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, point)


def sealed(
    said: bytes,
    to: Receiver,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return what is said, readable by the receiver only (RFC 8291 §3.4, RFC 8188 §2).

    `key` and `salt` are new each time; the example of the RFC names its own.

    :raises ValueError: when it is longer than `LONGEST`
    """
    if len(said) > LONGEST:
        raise ValueError(f"A push holds at most {LONGEST} bytes.")
    key, salt = key or ec.generate_private_key(CURVE), salt or urandom(16)
    ours = public(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to.public))
    ikm = _derived(shared, to.secret, b"WebPush: info\0" + to.public + ours, 32)
    cek = _derived(ikm, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(ikm, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(cek).encrypt(nonce, said + b"\x02", None)


def proof(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> str:
    """Return the Authorization by which a push service knows who sends (RFC 8292 §2, §3)."""
    parts = urlsplit(endpoint)
    said = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + PROOF_HOLDS).timestamp()),
        "sub": contact,
    }
    head = letters(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    signed = f"{head}.{letters(json.dumps(said).encode())}"
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = letters(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={letters(public(key))}"


def letters(said: bytes) -> str:
    """Return bytes in base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def unletters(said: str) -> bytes:
    """Return the bytes that base64url stands for.

    :raises ValueError: when it is none
    """
    return base64.b64decode(said.encode() + b"=" * (-len(said) % 4), altchars=b"-_", validate=True)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
