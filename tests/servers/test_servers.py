"""The servers the other tests rest on do what they promise."""

import imaplib
import json
import smtplib
import socket
import ssl
import urllib.request

import psycopg
import pytest

from tests.servers import process
from tests.servers.postgres import cluster

LETTER = "From: customer@else.test\r\nSubject: Where is my parcel?\r\n\r\nIt is late.\r\n"


def trust(server):
    return ssl.create_default_context(cafile=server.certificate)


def test_a_mail_from_outside_lies_in_the_mailbox(exim, mailboxes):
    box = mailboxes.add("anna@outside.test")

    with smtplib.SMTP("127.0.0.1", exim.smtp_port) as server:
        server.sendmail("customer@else.test", [box.address], LETTER)

    [mail] = box.wait()
    assert mail["Subject"] == "Where is my parcel?"
    assert mail["Return-path"] == "<customer@else.test>"


def test_a_mail_in_the_mailbox_is_seen_over_imap_with_and_without_tls(exim, dovecot, mailboxes):
    box = mailboxes.add("anna@imap.test")
    with smtplib.SMTP("127.0.0.1", exim.smtp_port) as server:
        server.sendmail("customer@else.test", [box.address], LETTER)
    box.wait()

    clear = imaplib.IMAP4("127.0.0.1", dovecot.imap_port)
    secret = imaplib.IMAP4_SSL("localhost", dovecot.imaps_port, ssl_context=trust(dovecot))
    for client in (clear, secret):
        with client:
            client.login(box.address, box.password)
            assert client.select("INBOX") == ("OK", [b"1"])


def test_a_wrong_password_opens_no_mailbox(dovecot, mailboxes):
    box = mailboxes.add("anna@locked.test")

    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port) as client, pytest.raises(imaplib.IMAP4.error):
        client.login(box.address, "guess")


def test_a_token_opens_its_mailbox_until_it_runs_out(dovecot, mailboxes):
    box = mailboxes.add("anna@token.test")

    def sign_in(client, token):
        words = f"user={box.address}\x01auth=Bearer {token}\x01\x01"
        client.authenticate("XOAUTH2", lambda _challenge: words.encode())

    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port) as client:
        sign_in(client, dovecot.token(box.address))
        assert client.select("INBOX") == ("OK", [b"0"])
    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port) as client, pytest.raises(imaplib.IMAP4.error):
        sign_in(client, dovecot.token(box.address, seconds=-60))


def test_submission_takes_mail_only_from_who_signed_in(exim, mailboxes):
    box = mailboxes.add("anna@submission.test")

    with smtplib.SMTP("localhost", exim.submission_port) as server:
        server.starttls(context=trust(exim))
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Authentication required"):
            server.sendmail(box.address, [box.address], LETTER)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            server.login(box.address, "guess")
        server.login(box.address, box.password)
        server.sendmail(box.address, [box.address], LETTER)
    with smtplib.SMTP_SSL("localhost", exim.smtps_port, context=trust(exim)) as server:
        server.login(box.address, box.password)
        server.sendmail(box.address, [box.address], LETTER)

    assert len(box.wait(2)) == 2


@pytest.mark.parametrize(("address", "code"), [("nobody@else.test", 550), ("anna@later.test", 451)])
def test_some_addresses_are_refused_for_good_and_some_for_now(exim, address, code):
    server = smtplib.SMTP("127.0.0.1", exim.smtp_port)
    with server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail("customer@else.test", [address], LETTER)

    assert refused.value.recipients[address][0] == code


def test_some_mails_are_taken_and_then_bounce(exim, mailboxes):
    box = mailboxes.add("anna@sender.test")

    with smtplib.SMTP("127.0.0.1", exim.smtp_port) as server:
        server.sendmail(box.address, ["gone@bounce.test"], LETTER)

    [bounce] = box.wait()
    assert bounce.get_content_type() == "multipart/report"
    assert "gone@bounce.test" in bounce.as_string()


def test_a_killed_cluster_keeps_what_it_had_committed():
    with cluster(durable=True) as lent:
        with psycopg.connect(lent.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        lent.kill()
        lent.start()
        with psycopg.connect(lent.url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)


def send_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.sendto(b"", ("192.0.2.1", 53))


@pytest.mark.parametrize("reach", [
    send_datagram,
    lambda: socket.create_connection(("192.0.2.1", 25), timeout=1),
    lambda: socket.getaddrinfo("example.org", 25),
    lambda: urllib.request.urlopen("http://192.0.2.1/", timeout=1),
])  # fmt: skip
def test_nothing_beyond_this_machine_is_reached(reach):
    with pytest.raises(OSError, match="tests stay on loopback"):
        reach()


def balance(desk):
    return json.loads(desk.odzew("balance", "--json").stdout)


def test_a_desk_comes_back_after_a_kill_with_its_books(desk):
    letter = LETTER.encode()

    desk.mail(letter, sender="customer@else.test", recipient="desk@shop.test")
    desk.kill()
    desk.start()

    process.wait_until(lambda: balance(desk)["opened"], what="the debt of the mail")
    assert balance(desk)["opened"] == 1
    assert desk.odzew("audit").returncode == 0


@pytest.mark.browser
def test_the_browser_shows_the_door_of_the_desk(desk, page):
    page.goto(desk.url)

    assert page.locator("input[type=password]").is_visible()
