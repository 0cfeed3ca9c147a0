"""Mails nobody would write: mutants of honest ones, and bombs."""

import random
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "honest"
HONEST = [path.read_bytes().replace(b"\n", b"\r\n") for path in sorted(HERE.glob("*.eml"))]
SWAPS = [
    (b"utf-8", b"x-unknown"),
    (b"utf-8", b"utf-7"),
    (b"utf-8", b"idna"),
    (b"utf-8", b"\xff\xfe"),
    (b"us-ascii", b"zlib"),
    (b"iso-8859-2", b"rot13"),
    (b"base64", b"x-uuencode"),
    (b"base64", b"base64;"),
    (b"quoted-printable", b""),
    (b"\r\n", b"\n"),
    (b"--", b"-"),
    (b"boundary", b"boundary*0"),
    (b": ", b":"),
    (b"+0100", b"+9999"),
]
HEADS = [
    b"From: <>",
    b"From: ",
    b"From: a@",
    b"From: =?utf-8?b?////?= <x@y>",
    b"To: undisclosed-recipients:;",
    b"Subject: =?x-foo?q?abc?=",
    b"Date: Fri, 99 Foo 99999 99:99:99 +9999",
    b"Message-ID: <[]>",
    b'From: "',
    b"Cc: a@b,,,;:;<",
    b'Content-Type: text/plain; charset="',
    b"Content-Type: message/rfc822",
    b"References: " + b"<a@b> " * 3000,
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*2=x",
    b"Subject: " + b"A" * 20000,
]


def mutants(throw: random.Random) -> Iterator[bytes]:
    """Yield mutants without end."""
    while True:
        mail = throw.choice(HONEST)
        for _ in range(throw.randint(1, 12)):
            mail = _mutate(mail, throw)
        yield mail


def _mutate(mail: bytes, throw: random.Random) -> bytes:
    at, length = throw.randrange(len(mail) + 1), throw.randint(1, 60)
    match throw.randrange(6):
        case 0:
            return mail[:at] + throw.randbytes(1) + mail[at + 1 :]
        case 1:
            return mail[:at] + mail[at + length :]
        case 2:
            return mail[:at] + throw.randbytes(length) + mail[at:]
        case 3:
            other = throw.randrange(len(mail) + 1)
            return mail[:at] + mail[other : other + 4 * length] + mail[at:]
        case 4:
            old, new = throw.choice(SWAPS)
            return mail.replace(old, new)
        case _:
            return throw.choice(HEADS) + b"\r\n" + mail


def bombs() -> dict[str, bytes]:
    """Return mails that cost far more to read than to send."""
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
    )
    recipients = b", ".join(b"u%d@home.test" % n for n in range(5000))
    text = b"From: a@home.test\r\nSubject: s\r\n"
    return {
        "2,000 nested parts": text + nested + b"\r\n\r\nhi\r\n",
        "2,000 mails in mails": text + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nhi\r\n",
        "20,000 flat parts": text
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 20_000,
        "5,000 recipients": text + b"To: " + recipients + b"\r\n\r\nhi\r\n",
        "120 kB of References": text + b"References: " + b"<a@b> " * 20_000 + b"\r\n\r\nhi\r\n",
        "parentheses": text + b"To: " + b"(" * 6000 + b"\r\n\r\nhi\r\n",
        "quotation marks": text + b'To: "' + b'\\"' * 6000 + b"\r\n\r\nhi\r\n",
        "encoded words": text + b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nhi\r\n",
        "one line of 8 MB": text + b"\r\n" + b"x " * (4 * 2**20) + b"\r\n",
        "200,000 quoted lines": text + b"\r\n" + b"> > > a\r\n" * 200_000,
        "deep HTML": text + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"hi\r\n",
        "tables in HTML": text + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 5000 + b"hi\r\n",
        "many attributes": text + b"Content-Type: text/html\r\n\r\n<p " + b"a=b " * 200_000 + b">hi\r\n",
        "no header at all": b"\r\n" * 1000,
        "nothing": b"",
    }
