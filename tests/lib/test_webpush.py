"""Pushes as RFC 8291 and 8292 have them."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from odzew.lib import webpush

# RFC 8291, section 5 and appendix A.
SAID = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"  # noqa: S105
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6P"
    "Bru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_is_sealed_to_the_byte() -> None:
    made = webpush.sealed(
        SAID,
        webpush.Receiver.read(THEIRS, SECRET),
        key=webpush.private(OURS),
        salt=webpush.unletters(SALT),
    )

    assert webpush.letters(made) == SEALED


def test_no_two_are_sealed_alike() -> None:
    to = webpush.Receiver.read(THEIRS, SECRET)

    assert webpush.sealed(SAID, to) != webpush.sealed(SAID, to)


@pytest.mark.parametrize(
    ("public", "secret"),
    [("", SECRET), (THEIRS[:-4], SECRET), ("BB" + THEIRS[2:], SECRET), (THEIRS, "AAAA"), ("ż", SECRET)],
)
def test_what_is_no_key_is_refused(public: str, secret: str) -> None:
    with pytest.raises(webpush.BadKey):
        webpush.Receiver.read(public, secret)


def test_what_would_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        webpush.sealed(b"x" * 3_001, webpush.Receiver.read(THEIRS, SECRET))


def test_a_push_service_can_check_who_sends() -> None:
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    key = webpush.private(OURS)

    scheme, _, rest = webpush.proof(
        "https://push.example:8443/a/b", key, "mailto:a@b.example", now
    ).partition(" ")
    fields = dict(part.split("=", 1) for part in rest.split(", "))
    head, said, signature = fields["t"].split(".")
    r, s = (
        int.from_bytes(half, "big")
        for half in (webpush.unletters(signature)[:32], webpush.unletters(signature)[32:])
    )

    assert scheme == "vapid"
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.unletters(fields["k"]))
    point.verify(utils.encode_dss_signature(r, s), f"{head}.{said}".encode(), ec.ECDSA(hashes.SHA256()))
    told = json.loads(webpush.unletters(said))
    assert told["aud"] == "https://push.example:8443"
    assert told["sub"] == "mailto:a@b.example"
    assert 0 < told["exp"] - now.timestamp() <= 24 * 3600
