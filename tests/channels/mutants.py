"""Mail broken at random: bytes flipped, cut, doubled; charsets, encodings and headers made impossible."""

import random
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from tests import corpora

_SIZE = 60_000
_CHARSETS = (b"utf-8", b"UTF-8", b"iso-8859-1", b"us-ascii")
_IMPOSSIBLE = (
    b"x-unknown",
    b"utf-7",
    b"idna",
    b"punycode",
    b"rot13",
    b"hex",
    b"undefined",
    b"\xff\xfe",
    b"utf-8\x00",
)
_ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"8bit")
_ODD = (b"x-uuencode", b"base64;", b"BASE64 ", b"binary", b"")
_HEADERS = (
    b"From: <>\r\n",
    b"From: a@\r\n",
    b'From: "\r\n',
    b"From: =?utf-8?b?////?= <x@y>\r\n",
    b"To: undisclosed-recipients:;\r\n",
    b"To: " + b"(" * 6_000 + b"\r\n",
    b"Cc: a@b,,,;:;<\r\n",
    b"Subject: =?x-foo?q?abc?=\r\n",
    b"Subject: " + b"A" * 20_000 + b"\r\n",
    b"Date: Fri, 99 Foo 99999 99:99:99 +9999\r\n",
    b"Message-ID: <[]>\r\n",
    b"References: " + b"<a@b> " * 3_000 + b"\r\n",
    b"Content-Type: multipart/mixed\r\n",
    b'Content-Type: text/plain; charset="\r\n',
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*2=x\r\n",
)


def _flip(mail: bytearray, chance: random.Random, at: int) -> bytes:
    mail[at] = chance.randrange(256)
    return bytes(mail)


def _cut(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return bytes(mail[:at] + mail[at + chance.randint(1, 200) :])


def _noise(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return bytes(mail[:at]) + chance.randbytes(chance.randint(1, 40)) + bytes(mail[at:])


def _double(mail: bytearray, chance: random.Random, at: int) -> bytes:
    start = chance.randrange(len(mail))
    return bytes(mail[:at] + mail[start : start + chance.randint(1, 400)] + mail[at:])


def _newlines(mail: bytearray, chance: random.Random, at: int) -> bytes:
    old, new = chance.choice([(b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\n", b"\r")])
    return bytes(mail).replace(old, new)


def _charset(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return bytes(mail).replace(chance.choice(_CHARSETS), chance.choice(_IMPOSSIBLE))


def _encoding(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return bytes(mail).replace(chance.choice(_ENCODINGS), chance.choice(_ODD))


def _header(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return chance.choice(_HEADERS) + bytes(mail)


def _end(mail: bytearray, chance: random.Random, at: int) -> bytes:
    return bytes(mail[:at])


_HARMS: tuple[Callable[[bytearray, random.Random, int], bytes], ...] = (
    _flip,
    _cut,
    _noise,
    _double,
    _newlines,
    _charset,
    _encoding,
    _header,
    _end,
)


def mutate(mail: bytes, chance: random.Random) -> bytes:
    """Return the mail with one to twelve harms done to it."""
    mail = mail[:_SIZE]
    for _ in range(chance.randint(1, 12)):
        if not mail:
            break
        mail = chance.choice(_HARMS)(bytearray(mail), chance, chance.randrange(len(mail)))
    return mail


def seeds() -> list[bytes]:
    """Return whole mails to start from: our own, and the foreign ones where they are at hand."""
    foreign = sorted(corpora.ROOT.glob("raw/*/*")) if corpora.ROOT.is_dir() else []
    return [*_ours(), *(path.read_bytes() for path in foreign)]


def _ours() -> Iterator[bytes]:
    for charset, text in (
        ("utf-8", "Gdzie moja paczka? Łódź"),
        ("koi8-r", "Где мой заказ?"),
        ("cp1250", "Żądam"),
    ):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Анна <anna@example.org>", "sklep@example.pl", text
        mail.set_content(text * 20, charset=charset)
        yield mail.as_bytes()
        mail.add_alternative(f"<p>{text}</p>" * 20, subtype="html", charset=charset)
        mail.add_attachment(bytes(range(256)) * 8, maintype="image", subtype="png", filename="zdjęcie.png")
        yield mail.as_bytes()
        outer = EmailMessage()
        outer["From"] = "mailer-daemon@example.org"
        outer["Subject"] = "Undelivered Mail Returned to Sender"
        outer.set_content("<anna@example.org>: host mx.example.org said: 550 5.1.1 user unknown")
        outer.add_attachment(mail)
        yield outer.as_bytes()


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Yield that many broken mails, the same ones for the same seed."""
    chance = random.Random(seed)
    whole = seeds()
    for _ in range(count):
        yield mutate(chance.choice(whole), chance)
