"""The test of a mailbox says which stage fails, and what to do next."""

import pytest

from odzew.channels.email.check import check
from odzew.channels.models import Account


@pytest.fixture
def account(dovecot, exim, mailboxes):
    box = mailboxes.add("desk@check.test")
    made = Account(address=box.address, settings={
        "ca_file": str(mailboxes.certificate),
        "imap": {"host": "localhost", "port": dovecot.imaps_port, "security": "tls", "user": box.address},
        "smtp": {
            "host": "localhost", "port": exim.submission_port, "security": "starttls", "user": box.address,
        },
    })  # fmt: skip
    made.secrets = {"imap_password": box.password, "smtp_password": box.password}
    return made


def test_a_good_mailbox_passes_every_stage(account):
    found = check(account)

    assert [each.ok for each in found] == [True] * 8, found
    assert "0 mails" in found[3].said
    assert all(each.what and each.said for each in found)


@pytest.mark.parametrize(("part", "change", "stage", "said"), [
    ("imap", {"port": 1}, "IMAP): a safe line", "Nobody answers"),
    ("imap", {"user": "nobody"}, "IMAP): signing in", "check user name and password"),
    ("imap", {"folder": "Nowhere"}, "IMAP): the folder", "choose one that exists"),
    ("imap", {"security": "starttls"}, "IMAP): a safe line", "check name, port and security"),
    ("smtp", {"port": 1}, "SMTP): a safe line", "Nobody answers"),
    ("smtp", {"security": "tls"}, "SMTP): a safe line", "speaks no TLS"),
    ("smtp", {"user": "nobody"}, "SMTP): signing in", "check user name and password"),
    ("imap", {"host": "mail.invalid"}, "IMAP): the server's name", "failed"),
])  # fmt: skip
def test_the_first_stage_that_fails_says_what_to_do_next(account, part, change, stage, said, monkeypatch):
    if "security" in change:  # both sides wait for the other to begin
        monkeypatch.setattr("odzew.channels.email.check.PATIENCE", 2.0)
    account.settings[part] |= change
    del account.settings["smtp" if part == "imap" else "imap"]

    *passed, failed = check(account)

    assert all(each.ok for each in passed)
    assert not failed.ok and stage in failed.what and said in failed.said


def test_one_failing_server_does_not_hide_the_other(account):
    account.settings["imap"]["port"] = 1

    assert [each.ok for each in check(account)] == [True, False, True, True, True, True]


def test_a_mailbox_without_servers_is_said_to_have_none():
    [only] = check(Account(address="desk@check.test"))

    assert not only.ok and "enter its name" in only.said
