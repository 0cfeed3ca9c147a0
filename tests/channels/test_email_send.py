"""Our mail: what it looks like, and what becomes of it at every stage of handing it in."""

import base64
import ssl
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, strategies as st

from odzew.channels.base import ChannelError, Enclosure, Outgoing
from odzew.channels.email.send import compose, sign, submit
from odzew.channels.models import Account
from tests.channels.sink import DROP, SILENCE, sink

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def outgoing(**given):
    usual = {
        "sender_name": "Sklep", "sender": "desk@shop.test", "to": (("Anna", "anna@home.test"),),
        "subject": "Parcel", "text": "It left today.\n", "message_id": "<1@shop.test>", "date": MOMENT,
    }  # fmt: skip
    return Outgoing(**{**usual, **given})


def read(content):
    return message_from_bytes(content, policy=policy.default)


def account(port, security="none", user="", ca_file="", **secrets):
    smtp = {"host": "localhost", "port": port, "security": security, "user": user}
    made = Account(address="desk@shop.test", settings={"smtp": smtp, "ca_file": str(ca_file)})
    made.secrets = secrets
    return made


def submitted(server, to=("anna@home.test",), content=None, **made):
    content = content or compose(outgoing())
    return submit(account(server.port, **made), "desk@shop.test", to, content, patience=2, last_word=0.3)


# --- What it looks like


def test_a_reply_carries_what_threads_it_and_who_may_answer():
    mail = read(compose(outgoing(
        in_reply_to="<q@home.test>", references=("a@home.test", "<q@home.test>"), language="pl",
        reply_to="desk+token@shop.test", cc=(("", "boss@home.test"),),
    )))  # fmt: skip

    assert mail["Message-ID"] == "<1@shop.test>"
    assert mail["In-Reply-To"] == "<q@home.test>"
    assert mail["References"] == "<a@home.test> <q@home.test>"
    assert mail["Reply-To"] == "desk+token@shop.test"
    assert mail["Cc"] == "boss@home.test"
    assert mail["Content-Language"] == "pl"
    assert mail["Date"].datetime == MOMENT
    assert mail["Auto-Submitted"] is None


def test_an_automatic_mail_says_that_it_is_one():
    mail = read(compose(outgoing(automatic=True)))

    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_text_html_pictures_and_files_each_stand_where_mail_programs_look():
    picture = Enclosure(filename="logo.png", content_type="image/png", content=b"\x89PNG", content_id="logo")
    file = Enclosure(filename="Рахунок № 5.pdf", content_type="application/pdf", content=b"%PDF\n\x00\xff")

    mail = read(
        compose(outgoing(text="Dzień dobry", html="<img src='cid:logo'>", enclosures=(picture, file)))
    )

    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/pdf",
    ]  # fmt: skip
    assert mail.get_body(["plain"]).get_content().split() == ["Dzień", "dobry"]
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Рахунок № 5.pdf", file.content)
    assert list(mail.walk())[5]["Content-ID"] == "<logo>"


def test_a_picture_without_html_is_sent_as_a_file():
    picture = Enclosure(filename="a.png", content_type="image/png", content=b"\x89PNG", content_id="a")

    [attached] = read(compose(outgoing(enclosures=(picture,)))).iter_attachments()

    assert attached.get_content() == b"\x89PNG"


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "", "nonsense", "tekst/zażółć"])
def test_a_file_of_an_odd_kind_arrives_byte_for_byte(kind):
    file = Enclosure(filename="a.eml", content_type=kind, content=b"Subject: x\r\n\r\n\xff\x00y")

    [attached] = read(compose(outgoing(enclosures=(file,)))).iter_attachments()

    assert attached.get_content() == file.content


def test_a_name_of_a_foreign_domain_travels_in_ascii():
    mail = read(compose(outgoing(to=(("Ірина", "iryna@пошта.укр"),))))

    assert mail["To"].addresses[0].addr_spec == "iryna@xn--80a1acn3a.xn--j1amh"
    assert mail["To"].addresses[0].display_name == "Ірина"


@pytest.mark.parametrize("name", ["Kowalski, Jan", 'The "Shop"', "a@b", "C:\\x", "=?utf-8?q?x?=", "Ж" * 300])
def test_a_name_cannot_become_another_address(name):
    [address] = read(compose(outgoing(to=((name, "anna@home.test"),))))["To"].addresses

    assert address.addr_spec == "anna@home.test"
    assert address.display_name.replace(" ", "") == name.replace(" ", "") or name.startswith("=?")


@pytest.mark.parametrize("field", [
    {"subject": "a\r\nBcc: all@home.test"}, {"sender_name": "a\nb"}, {"to": (("a\rb", "anna@home.test"),)},
    {"to": (("", "anna@home.test\r\nX: y"),)}, {"message_id": "<a\n@b>"}, {"in_reply_to": "<a\r\n>"},
    {"references": ("a@b", "c\n@d")}, {"reply_to": "a@b\nX: y"}, {"language": "pl\nX: y"},
    {"subject": "a\0b"}, {"subject": "a\x85b"}, {"cc": (("", "b@c\n"),)},
    {"enclosures": (Enclosure(filename="a\nX: y", content_type="a/b", content=b""),)},
    {"enclosures": (Enclosure(filename="a", content_type="a/b\r\nX: y", content=b""),)},
    {
        "html": "x",
        "enclosures": (Enclosure(filename="", content_type="a/b", content=b"", content_id="a\n"),),
    },
])  # fmt: skip
def test_no_line_is_slipped_into_the_header(field):
    with pytest.raises(ChannelError) as refused:
        compose(outgoing(**field))

    assert refused.value.permanent


@pytest.mark.parametrize(
    "address", ["", "anna", "@home.test", "anna@", "a b@c.test", "a@b.test, c@d.test", "a@пошта..укр"]
)
def test_what_is_no_address_is_not_written_to(address):
    with pytest.raises(ChannelError) as refused:
        compose(outgoing(to=(("", address),)))

    assert refused.value.permanent


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300),
    st.text(max_size=3000),
    st.lists(st.from_regex(r"[a-zA-Z0-9.$=+-]{1,200}@[a-z.]{1,30}", fullmatch=True), max_size=30),
)
def test_whatever_is_written_is_read_back(subject, text, references):
    content = compose(outgoing(subject=subject, text=text, references=tuple(references)))

    mail = message_from_bytes(content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii() and b"\n" not in content.replace(b"\r\n", b"")
    unfolded = (mail["Subject"] or "").replace("\r\n", "")
    assert str(make_header(decode_header(unfolded))) == subject.strip()
    assert (mail["References"] or "").split() == [f"<{each}>" for each in references]
    written = text.encode("utf-8", "replace").replace(b"\0", "\ufffd".encode())
    assert mail.get_payload(decode=True).splitlines() == written.splitlines() or not written.strip()


# --- What becomes of it


def test_the_receipt_holds_what_the_server_said():
    with sink() as server:
        receipt = submitted(server)

    assert receipt.said == "250 2.0.0 queued as 4F00"
    assert receipt.refused == ()
    assert server.commands[1:4] == [
        f"MAIL FROM:<desk@shop.test> SIZE={len(server.mails[0])}", "RCPT TO:<anna@home.test>", "DATA",
    ]  # fmt: skip


def test_the_mail_arrives_byte_for_byte():
    content = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nlast line without end\r\n"
    with sink() as server:
        submitted(server, content=content)

    assert server.mails == [content]


@pytest.mark.parametrize(("stage", "answer", "permanent", "in_doubt"), [
    ("greeting", "421 too busy", False, False),
    ("greeting", "554 go away", True, False),
    ("greeting", DROP, False, False),
    ("greeting", SILENCE, False, False),
    ("MAIL", "450 later", False, False),
    ("MAIL", "550 not you", True, False),
    ("MAIL", DROP, False, False),
    ("RCPT", "450 later", False, False),
    ("RCPT", "421 closing", False, False),
    ("RCPT", "550 5.1.1 no such mailbox", True, False),
    ("RCPT", SILENCE, False, False),
    ("DATA", "451 later", False, False),
    ("DATA", "554 no", True, False),
    ("body", DROP, False, False),
    ("dot", "450 4.7.1 greylisted", False, False),
    ("dot", "421 closing", False, False),
    ("dot", "550 5.7.1 spam", True, False),
    ("dot", DROP, False, True),
    ("dot", SILENCE, False, True),
    ("dot", "rubbish", False, True),
])  # fmt: skip
def test_every_stage_says_what_it_means_for_the_mail(stage, answer, permanent, in_doubt):
    long = compose(outgoing(text="x" * 70 + "\n")) * 30_000
    with sink(answers={stage: answer}, extensions=[]) as server, pytest.raises(ChannelError) as failed:
        submitted(server, content=long if stage == "body" else None)

    assert (failed.value.permanent, failed.value.in_doubt) == (permanent, in_doubt)
    assert in_doubt or answer in (DROP, SILENCE) or answer in str(failed.value)


def test_silence_after_goodbye_does_not_undo_the_receipt():
    with sink(answers={"QUIT": DROP}) as server:
        assert submitted(server).said.startswith("250")


def test_nobody_listening_is_a_temporary_failure():
    with sink() as server:
        pass

    with pytest.raises(ChannelError) as failed:
        submitted(server)

    assert not failed.value.permanent and not failed.value.in_doubt


def test_who_was_refused_stands_in_the_receipt_when_somebody_was_not():
    answers = {"b@home.test": "550 5.1.1 gone", "c@home.test": "450 full"}
    with sink(answers=answers) as server:
        receipt = submitted(server, ["a@home.test", "b@home.test", "c@home.test"])

    assert [(each.address, each.permanent, each.said) for each in receipt.refused] == [
        ("b@home.test", True, "550 5.1.1 gone"), ("c@home.test", False, "450 full"),
    ]  # fmt: skip


def test_one_who_may_be_reached_later_makes_the_refusal_of_all_temporary():
    answers = {"b@home.test": "550 gone", "c@home.test": "450 full"}
    with sink(answers=answers) as server, pytest.raises(ChannelError) as failed:
        submitted(server, ["b@home.test", "c@home.test"])

    assert not failed.value.permanent
    assert "550 gone" in str(failed.value) and "450 full" in str(failed.value)
    assert not server.mails


def test_a_mail_the_server_cannot_take_is_not_begun():
    with sink(extensions=["SIZE 100"]) as server, pytest.raises(ChannelError) as failed:
        submitted(server)

    assert failed.value.permanent
    assert server.verbs == ["EHLO"]


def test_an_address_outside_ascii_needs_a_server_that_knows_it():
    content = compose(outgoing(to=(("", "ірина@пошта.укр"),)))
    with sink() as server, pytest.raises(ChannelError, match="letters outside ASCII"):
        submitted(server, ["ірина@пошта.укр"], content)

    with sink(extensions=["SMTPUTF8", "8BITMIME"]) as server:
        submitted(server, ["ірина@пошта.укр"], content)

    assert server.commands[1:3] == [
        "MAIL FROM:<desk@shop.test> SMTPUTF8 BODY=8BITMIME", "RCPT TO:<ірина@xn--80a1acn3a.xn--j1amh>",
    ]  # fmt: skip


def test_an_empty_sender_is_the_empty_path():
    with sink() as server:
        submit(account(server.port), "", ["anna@home.test"], compose(outgoing()))

    assert server.commands[1].startswith("MAIL FROM:<> ")


# --- Signing in


@pytest.mark.parametrize("offered", ["AUTH PLAIN LOGIN", "AUTH LOGIN", "AUTH PLAIN"])
def test_a_password_with_any_letters_signs_in(offered):
    with sink(extensions=[offered]) as server:
        submitted(server, user="desk", smtp_password="zażółć")

    words = [command.split()[-1] for command in server.commands[1:3]]
    said = [base64.b64decode(word) for word in words if ":" not in word]
    assert "\0".join(part.decode() for part in said).strip("\0") == "desk\0zażółć"


def test_a_refused_password_is_a_failure_that_trying_again_does_not_mend():
    with sink(answers={"AUTH": "535 5.7.8 bad credentials"}) as server, pytest.raises(ChannelError) as failed:
        submitted(server, user="desk", smtp_password="x")

    assert failed.value.permanent
    assert "bad credentials" in str(failed.value)


def test_a_token_signs_in():
    with sink(extensions=["AUTH XOAUTH2"]) as server:
        submitted(server, user="desk@shop.test", oauth_token="ya29.token")

    word = server.commands[1].removeprefix("AUTH XOAUTH2 ")
    assert base64.b64decode(word) == b"user=desk@shop.test\x01auth=Bearer ya29.token\x01\x01"


def test_a_refused_token_is_told_after_the_reason_was_read():
    answers = {"AUTH": "535 5.7.8 expired"}
    with (
        sink(answers=answers, extensions=["AUTH XOAUTH2"]) as server,
        pytest.raises(ChannelError, match="expired"),
    ):
        submitted(server, user="desk@shop.test", oauth_token="ya29.token")


# --- TLS


def served(mailboxes):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mailboxes.certificate, mailboxes.key)
    return context


def test_starttls_that_somebody_took_away_stops_the_mail():
    with (
        sink(extensions=["AUTH PLAIN"]) as server,
        pytest.raises(ChannelError, match="no STARTTLS") as failed,
    ):
        submitted(server, security="starttls", user="desk", smtp_password="secret")

    assert not failed.value.permanent
    assert server.verbs == ["EHLO"]


def test_starttls_that_is_refused_stops_the_mail():
    answers = {"STARTTLS": "454 not now"}
    with sink(answers=answers, extensions=["STARTTLS"]) as server, pytest.raises(ChannelError) as failed:
        submitted(server, security="starttls")

    assert "not now" in str(failed.value)
    assert server.verbs == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_stops_the_mail(mailboxes, security):
    made = {"context": served(mailboxes), "extensions": ["STARTTLS"], "at_once": security == "tls"}
    with sink(**made) as server, pytest.raises(ChannelError, match="certificate") as failed:
        submitted(server, security=security, user="desk", smtp_password="secret")

    assert not failed.value.permanent
    assert server.verbs == (["EHLO", "STARTTLS"] if security == "starttls" else [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_our_own_authority_may_vouch(mailboxes, security):
    made = {"context": served(mailboxes), "extensions": ["STARTTLS"], "at_once": security == "tls"}
    with sink(**made) as server:
        submitted(server, security=security, ca_file=mailboxes.certificate)

    assert len(server.mails) == 1


def test_without_a_word_about_security_tls_is_meant(mailboxes):
    with sink(context=served(mailboxes), at_once=True) as server:
        submitted(server, security="", ca_file=mailboxes.certificate)

    assert len(server.mails) == 1


@pytest.mark.parametrize("settings", [{}, {"smtp": {"host": ""}}, {"smtp": {"host": "a", "security": "ssl"}}])
def test_half_a_setting_is_said(settings):
    with pytest.raises(ChannelError) as failed:
        submit(Account(address="desk@shop.test", settings=settings), "", ["a@b.test"], b"")

    assert not failed.value.permanent and str(failed.value)


@pytest.mark.parametrize("host", ["169.254.169.254", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254"])
def test_an_address_no_mail_server_has_is_not_called(host, monkeypatch):
    monkeypatch.setattr("tests.network.is_near", lambda _host: True)
    made = Account(address="desk@shop.test", settings={"smtp": {"host": host, "security": "none"}})

    with pytest.raises(ChannelError, match="no address of a mail server"):
        submit(made, "", ["a@b.test"], b"", patience=1)


# --- With a real server


@pytest.mark.parametrize(("security", "door"), [("starttls", "submission_port"), ("tls", "smtps_port")])
def test_a_real_server_takes_the_mail_and_names_its_queue(exim, mailboxes, security, door):
    box = mailboxes.add(f"anna@{security}.test")
    desk = mailboxes.add(f"desk@{security}.test")
    made = account(getattr(exim, door), security, desk.address, exim.certificate, smtp_password=desk.password)
    content = compose(outgoing(to=(("Ania", box.address),), subject="Gdzie paczka?", text="W drodze.\n.\n"))

    receipt = submit(made, desk.address, [box.address, "nobody@else.test"], content)

    [mail] = box.wait()
    assert receipt.said.startswith("250 OK id=")
    assert [each.permanent for each in receipt.refused] == [True]
    assert "Gdzie paczka?" in str(message_from_bytes(mail.as_bytes(), policy=policy.default)["Subject"])


# --- DKIM


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, kind):
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def record(key):
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.mark.parametrize(
    "kind", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
def test_a_signed_mail_is_proved_and_a_changed_one_is_not(key, kind):
    signed = sign(compose(outgoing(subject="Заявка")), "shop.test", "s1", pem(key, kind))
    asked = []

    def zone(name, timeout=5):
        asked.append(name)
        return record(key)

    assert dkim.verify(signed, dnsfunc=zone)
    assert asked == [b"s1._domainkey.shop.test."]
    assert not dkim.verify(signed.replace(b"left today", b"was lost"), dnsfunc=zone)
    assert not dkim.verify(signed.replace(b"Subject: ", b"Subject: x"), dnsfunc=zone)
    assert not dkim.verify(signed.replace(b"anna@home", b"eve@home"), dnsfunc=zone)


@pytest.mark.parametrize(
    "bad", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_is_none_is_said(bad):
    with pytest.raises(ChannelError, match="DKIM") as failed:
        sign(compose(outgoing()), "shop.test", "s1", bad)

    assert not failed.value.permanent
