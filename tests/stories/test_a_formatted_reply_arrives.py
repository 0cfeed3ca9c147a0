"""A formatted reply with a pasted picture, through a real mail server, as a mail program reads it by IMAP."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from imapclient import IMAPClient

from tests.servers.dovecot import Dovecot
from tests.servers.mailboxes import Mailbox
from tests.stories.shop import Agent, Shop

# The smallest picture there is: one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
TEXT = """Dzień dobry,

paczka jest **już w drodze**:

- żółty latawiec, *dziś*
- szpula, jutro

![zdjęcie paczki](picture-1.png)

[Gdzie jest](https://carrier.example/1?a=1&b=2)?"""
# Shown where it was pasted; the other file is the customer's to save.
STRUCTURE = (
    "multipart/mixed",
    [
        ("multipart/alternative", [
            ("text/plain", None),
            ("multipart/related", [("text/html", None), ("image/png", "inline")]),
        ]),
        ("application/pdf", "attachment"),
    ],
)  # fmt: skip


def test_a_formatted_reply_reads_well_in_both_its_forms(shop: Shop, dovecot: Dovecot) -> None:
    customer = shop.customer()
    customer.writes("Gdzie jest <paczka>? 1 > 0 & 2.", "Latawiec")
    talk = shop.agent.talk_about("Latawiec")
    kept = attach(
        shop.agent, talk, ("picture-1.png", PNG, "image/png"), ("faktura.pdf", b"%PDF-1.7", "application/pdf")
    )
    pays = shop.agent.form(talk)["pays"]
    ticked = {"text": TEXT, "purpose": "answer", "pays": pays, "kept_file": kept}
    shown = shop.agent.send(f"{talk}preview", **ticked).text

    shop.agent.answers(talk, TEXT, kept_file=kept)

    customer.has("już w drodze")
    mail, structure = read(dovecot, customer.box)
    assert structure == STRUCTURE
    plain, related = mail.get_body(("plain",)), mail.get_body(("related",))
    assert plain
    assert related
    says = plain.get_content().replace("\r\n", "\n")
    assert says.startswith(TEXT.replace("![zdjęcie paczki](picture-1.png)", "[zdjęcie paczki]"))
    assert "> Gdzie jest <paczka>? 1 > 0 & 2." in says
    page, picture = related.iter_parts()
    html = page.get_content()
    assert "<li>żółty latawiec, <em>dziś</em></li>" in html
    assert 'href="https://carrier.example/1?a=1&amp;b=2"' in html
    assert "Gdzie jest &lt;paczka&gt;? 1 &gt; 0 &amp; 2." in html
    assert re.findall(r'src="cid:([^"]+)"', html) == [picture["Content-ID"].strip("<>")]
    assert picture.get_content() == PNG
    for line in ("<strong>już w drodze</strong>", 'alt="zdjęcie paczki"', "Gdzie jest &lt;paczka&gt;?"):
        assert line in shown
        assert line in html


def attach(agent: Agent, talk: str, *files: tuple[str, bytes, str]) -> list[str]:
    """Put files to the draft as the reply box does, and return their numbers."""
    token = {"csrfmiddlewaretoken": agent.web.cookies.get("csrftoken", "")}
    answer = agent.web.post(
        f"{talk}draft-files",
        data=token,
        files=[("files", file) for file in files],
        headers={"X-Requested-With": "fetch"},
    )
    return re.findall(r'name="kept_file" value="(\d+)"', answer.text)


def read(dovecot: Dovecot, box: Mailbox) -> tuple[EmailMessage, Any]:
    """Return the answer, and its structure as the IMAP server tells mail programs (RFC 3501 §7.4.2)."""
    with signed_in(dovecot, box) as client:
        [number] = client.search(["NOT", "HEADER", "Auto-Submitted", "auto"])
        row = client.fetch([number], ["RFC822", "BODYSTRUCTURE"])[number]
    mail = message_from_bytes(row[b"RFC822"], policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail, outline(row[b"BODYSTRUCTURE"])


@contextmanager
def signed_in(dovecot: Dovecot, box: Mailbox) -> Iterator[IMAPClient]:
    trust = ssl.create_default_context(cafile=str(dovecot.certificate))
    with IMAPClient("localhost", port=dovecot.imaps_port, ssl_context=trust) as client:
        client.login(box.address, box.password)
        client.select_folder("INBOX")
        yield client


def outline(part: Any) -> Any:
    """Return the type of a part, with its parts, or how it wants to be shown."""
    if part.is_multipart:
        return f"multipart/{part[1].decode().lower()}", [outline(one) for one in part[0]]
    shown = [
        one[0].decode()
        for one in part[7:]
        if isinstance(one, tuple) and one and one[0] in (b"inline", b"attachment")
    ]
    return f"{part[0].decode()}/{part[1].decode()}".lower(), shown[0] if shown else None
